/**
 * A real OpenLDAP server for a test: `startSlapd()` in `beforeAll`, `stop()` in `afterAll`. It listens on 127.0.0.1, on free
 * ports, and has a folder of its own for its configuration, its certificate and its data.
 *
 * The server is Debian's: as it is installed, or else as apt-get has it, unpacked once into the git-ignored `.cache/` of the
 * repository. Nothing is installed, so that no other server is started and nobody has to be root.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SlapdServer {
  /** `ldap://127.0.0.1:port`, which understands StartTLS. */
  readonly url: string;
  /** `ldaps://127.0.0.1:port`. */
  readonly secureUrl: string;
  readonly port: number;
  readonly administrator: Administrator;
  /** What clients have to trust, in PEM. */
  readonly certificate: string;
  /** From now on connections are made and nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends the server as an accident would; `stop` is needed all the same. */
  kill(): Promise<void>;
  /** Stops the server; its data are removed. May be called more than once. */
  stop(): Promise<void>;
}

/** Who may do everything. */
interface Administrator {
  readonly dn: string;
  readonly password: string;
}

export const suffix = 'dc=example,dc=org';
/** How many entries a search gives to anybody but the administrator. */
export const sizeLimit = 10;

/** Why there is no slapd here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noSlapd(): string | undefined {
  try {
    locate();
    return undefined;
  } catch (error) {
    if (process.platform === 'linux' && process.getuid?.() === 0) throw error;
    return `needs slapd: ${(error as Error).message.split('\n', 1).join()}`;
  }
}

/**
 * Resolves when the server answers; rejects, with what it printed, when it cannot be started. `ldif` is what is in the directory,
 * the entry `suffix` first.
 */
export async function startSlapd(ldif: string): Promise<SlapdServer> {
  const { root, environment } = locate();
  const folder = await mkdtemp(join(tmpdir(), 'slapd-'));
  const program = join(folder, 'slapd');
  const configuration = join(folder, 'slapd.conf');
  const administrator = { dn: `cn=admin,${suffix}`, password: randomBytes(12).toString('base64url') };
  const [port, securePort] = [await freePort(), await freePort()];
  const [url, secureUrl] = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`];
  let server: ChildProcess | undefined;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    server.kill('SIGCONT');
    await once(server, 'exit');
  }

  async function stop(): Promise<void> {
    await end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    // A copy: AppArmor knows the program by its path, and would not let it read this folder.
    copyFileSync(join(root, 'usr/sbin/slapd'), program);
    makeCertificate(folder);
    await mkdir(join(folder, 'data'));
    await writeFile(configuration, configurationFor(root, folder, administrator));
    const load = ['-T', 'add', '-q', '-f', configuration];
    execFileSync(program, load, { input: ldif, env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
    server = spawn(program, ['-d', '0', '-f', configuration, '-h', `${url} ${secureUrl}`], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await untilItListens(server, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    secureUrl,
    port,
    administrator,
    certificate: readFileSync(join(folder, 'certificate.pem'), 'utf8'),
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    stop,
  };
}

function configurationFor(root: string, folder: string, { dn, password }: Administrator): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map(
    (name) => `include ${join(root, 'etc/ldap/schema', `${name}.schema`)}`,
  );
  return `${schemas.join('\n')}
modulepath ${join(root, 'usr/lib/ldap')}
moduleload back_mdb
pidfile ${join(folder, 'slapd.pid')}
TLSCACertificateFile ${join(folder, 'certificate.pem')}
TLSCertificateFile ${join(folder, 'certificate.pem')}
TLSCertificateKeyFile ${join(folder, 'key.pem')}
# Plain passwords are what tests send; they do not leave this machine.
sasl-secprops none
sasl-host localhost
authz-regexp uid=([^,]*),cn=[^,]*,cn=auth uid=$1,ou=people,${suffix}
sizelimit ${sizeLimit}
access to attrs=userPassword by anonymous auth by * none
access to * by * read

database mdb
suffix ${suffix}
directory ${join(folder, 'data')}
rootdn ${dn}
rootpw ${password}
dbnosync
`;
}

/** Self-signed, for a day: its file is what it is verified with. */
function makeCertificate(folder: string): void {
  const request = 'req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 1'.split(' ');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
  const made = spawnSync('openssl', [...request, ...subject, ...files], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.error?.message ?? made.stderr}`);
}

async function untilItListens(server: ChildProcess, port: number): Promise<void> {
  let output = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const deadline = performance.now() + 30_000;
  while (server.exitCode === null && server.signalCode === null && performance.now() < deadline) {
    if (await accepts(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`slapd does not listen on port ${port} (exit code ${server.exitCode}): ${output}`);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Another program may take it before the server does; on one machine for one moment that has not been seen. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

interface Location {
  /** Of a file system with `usr/sbin/slapd` in it. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
}

const cacheFolder = fileURLToPath(new URL('../../.cache/', import.meta.url));
const unpackedFolder = join(cacheFolder, 'slapd');

/** Throws where there is none and none can be had. */
function locate(): Location {
  if (existsSync('/usr/sbin/slapd')) return { root: '/', environment: {} };
  if (!existsSync(unpackedFolder)) unpack();
  const libraries = globSync(join(unpackedFolder, '{usr/,}lib/*-linux-*'));
  return {
    root: unpackedFolder,
    environment: {
      LD_LIBRARY_PATH: libraries.join(':'),
      SASL_PATH: libraries.map((library) => join(library, 'sasl2')).join(':'),
    },
  };
}

/** Downloads slapd, the plugin for SASL PLAIN, and what they need that is not installed. */
function unpack(): void {
  const partial = join(cacheFolder, `slapd.${randomUUID()}`);
  const archives = join(partial, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  try {
    const download = ['install', '--download-only', '--no-install-recommends', '--yes', '--reinstall'];
    const privately = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${archives}`];
    const packages = ['slapd', 'libsasl2-modules'];
    try {
      run('apt-get', ...download, ...privately, ...packages);
    } catch (error) {
      // Where apt-get has no lists yet, which is so in images of containers, only root can get them.
      if (process.getuid?.() !== 0) throw error;
      run('apt-get', 'update');
      run('apt-get', ...download, ...privately, ...packages);
    }
    for (const archive of globSync(join(archives, '*.deb'))) run('dpkg-deb', '-x', archive, join(partial, 'root'));
    renameSync(join(partial, 'root'), unpackedFolder);
  } catch (error) {
    // Another process may have been first.
    if (!existsSync(join(unpackedFolder, 'usr/sbin/slapd'))) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function run(command: string, ...args: readonly string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
