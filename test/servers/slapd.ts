/**
 * A real OpenLDAP server for a test: `startSlapd()` in `beforeAll`, `stop()` in `afterAll`. It listens on 127.0.0.1, on free
 * ports, and has a folder of its own for its configuration, its certificate and its data.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeCertificate, type Certificate } from './certificate.ts';
import { locate, type Location } from './debian-package.ts';
import { freePort } from './free-port.ts';
import { accepts, startProcess, type ServerProcess } from './server-process.ts';

export interface SlapdServer {
  /** `ldap://127.0.0.1:port`, which understands StartTLS. */
  readonly url: string;
  /** `ldaps://127.0.0.1:port`. */
  readonly secureUrl: string;
  readonly port: number;
  readonly administrator: Administrator;
  /** What clients have to trust, in PEM. */
  readonly certificate: string;
  /** Once it resolves, connections are made and nothing is answered. */
  pause(): Promise<void>;
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
    locateSlapd();
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
  const { root, libraries } = locateSlapd();
  const environment = libraries.length === 0 ? {} : environmentFor(libraries);
  const folder = await mkdtemp(join(tmpdir(), 'slapd-'));
  const program = join(folder, 'slapd');
  const configuration = join(folder, 'slapd.conf');
  const administrator = { dn: `cn=admin,${suffix}`, password: randomBytes(12).toString('base64url') };
  const [port, securePort] = [await freePort(), await freePort()];
  const [url, secureUrl] = [`ldap://127.0.0.1:${port}`, `ldaps://127.0.0.1:${securePort}`];
  let server: ServerProcess | undefined;

  async function stop(): Promise<void> {
    await server?.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const certificate = makeCertificate(folder);
    // A copy: AppArmor knows the program by its path, and would not let it read this folder.
    await copyFile(join(root, 'usr/sbin/slapd'), program);
    await mkdir(join(folder, 'data'));
    await writeFile(configuration, configurationFor(root, folder, administrator, certificate));
    const load = ['-T', 'add', '-q', '-f', configuration];
    execFileSync(program, load, { input: ldif, env: environment, stdio: ['pipe', 'ignore', 'pipe'] });
    const run = ['-d', '0', '-f', configuration, '-h', `${url} ${secureUrl}`];
    server = startProcess(program, run, { env: environment });
    await server.untilReady(() => accepts(port), 30_000);
    return {
      url,
      secureUrl,
      port,
      administrator,
      certificate: readFileSync(certificate.certificateFile, 'utf8'),
      async pause() {
        await server?.pause();
      },
      resume: () => server?.resume(),
      kill: async () => server?.end('SIGKILL'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configurationFor(
  root: string,
  folder: string,
  { dn, password }: Administrator,
  { certificateFile, keyFile }: Certificate,
): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map(
    (name) => `include ${join(root, 'etc/ldap/schema', `${name}.schema`)}`,
  );
  return `${schemas.join('\n')}
modulepath ${join(root, 'usr/lib/ldap')}
moduleload back_mdb
pidfile ${join(folder, 'slapd.pid')}
TLSCACertificateFile ${certificateFile}
TLSCertificateFile ${certificateFile}
TLSCertificateKeyFile ${keyFile}
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

function environmentFor(libraries: readonly string[]): NodeJS.ProcessEnv {
  return {
    LD_LIBRARY_PATH: libraries.join(':'),
    SASL_PATH: libraries.map((library) => join(library, 'sasl2')).join(':'),
  };
}

/** The plugin is for SASL PLAIN. */
function locateSlapd(): Location {
  return locate({ name: 'slapd', packages: ['slapd', 'libsasl2-modules'], files: ['usr/sbin/slapd'] });
}
