/**
 * A real rsyslog for a test: `startRsyslog()` in `beforeAll`, `stop()` in `afterAll`. It listens on 127.0.0.1, on free ports, and has
 * a folder of its own. Of the machine's own logging it neither takes nor changes anything.
 *
 * Two of its defaults are kept, because those who run one have them. A message is 8 KiB at most (`maxMessageSize`): of a longer one
 * over TCP the rest arrives as a message of its own, and over UDP it is lost. And control characters are escaped as they come in
 * (`$EscapeControlCharactersOnReceive`): a tab is `#011`, a line feed in a frame that is counted is `#012`, also in `raw`; a line feed
 * at the end of a frame is dropped; U+0085 and other characters of more than one byte are kept.
 */
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeCertificate, type Certificate } from './certificate.ts';
import { locate, type Location } from './debian-package.ts';
import { freePort } from './free-port.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

/** What rsyslog made of a message; `-` where RFC 5424 has nothing, or the message is none of RFC 5424. */
export interface Message {
  /** As it came in, but for what is said above. */
  readonly raw: string;
  readonly input: 'imudp' | 'imtcp';
  /** Facility and severity, as in `<134>`. */
  readonly pri: string;
  /** RFC 3339, as the sender says. */
  readonly time: string;
  readonly hostname: string;
  readonly appName: string;
  readonly processId: string;
  readonly messageId: string;
  readonly structuredData: string;
  readonly message: string;
}

export interface RsyslogServer {
  /** `127.0.0.1:port`. */
  readonly udp: string;
  readonly tcp: string;
  /** TCP with TLS; whoever sends need not show a certificate. */
  readonly tls: string;
  /** What clients have to trust, in PEM. */
  readonly certificateFile: string;
  /** All messages so far, also those before a restart, in the order in which they came in. */
  received(): Message[];
  /** Where they are, each a `Message` in JSON on a line of its own; there is none before the first. */
  readonly messagesFile: string;
  /** Once it resolves, connections are made and nothing is read. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the server as an accident would; what it had read has been received. `restart` or `stop` is needed all the same. */
  kill(): Promise<void>;
  /** Starts the server again on the same ports; one that runs is ended in good order first. */
  restart(): Promise<void>;
  /** Stops the server; what it received is removed. May be called more than once. */
  stop(): Promise<void>;
}

/** Why there is no rsyslog here; undefined where there is one. Root on Linux is to have one: for them it throws the reason. */
export function noRsyslog(): string | undefined {
  try {
    locateRsyslog();
    return undefined;
  } catch (error) {
    if (process.platform === 'linux' && process.getuid?.() === 0) throw error;
    return `needs rsyslog: ${(error as Error).message.split('\n', 1).join()}`;
  }
}

/** Resolves when the server listens; rejects, with what it printed, when it cannot be started. */
export async function startRsyslog(): Promise<RsyslogServer> {
  const { root, libraries } = locateRsyslog();
  const folder = await mkdtemp(join(tmpdir(), 'rsyslog-'));
  const [program, configuration] = [join(folder, 'rsyslogd'), join(folder, 'rsyslog.conf')];
  const [messages, own] = [join(folder, 'messages.ndjson'), join(folder, 'own.log')];
  const [plain, tls] = [await freePort(), await freePort()];
  const modules = libraries.map((library) => join(library, 'rsyslog')).join(':');
  let server: ServerProcess | undefined;

  async function start(): Promise<void> {
    await rm(own, { force: true });
    const args = ['-n', '-x', '-f', configuration, '-i', join(folder, 'pid')];
    server = startProcess(program, modules === '' ? args : [...args, '-M', modules], {
      env: libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(':') },
    });
    await server.untilReady(() => hasStarted(own), 30_000);
  }

  async function stop(): Promise<void> {
    await server?.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }

  try {
    const certificate = makeCertificate(folder);
    // A copy: AppArmor knows the program by its path, and would not let it read this folder.
    await copyFile(join(root, 'usr/sbin/rsyslogd'), program);
    await writeFile(configuration, configurationFor({ folder, messages, own }, plain, tls, certificate));
    await start();
    return {
      udp: `127.0.0.1:${plain}`,
      tcp: `127.0.0.1:${plain}`,
      tls: `127.0.0.1:${tls}`,
      certificateFile: certificate.certificateFile,
      messagesFile: messages,
      received: () => (existsSync(messages) ? wholeLines(messages).map((line) => JSON.parse(line) as Message) : []),
      async pause() {
        await server?.pause();
      },
      resume: () => server?.resume(),
      async kill() {
        await server?.end('SIGKILL');
        await rm(join(folder, 'pid'), { force: true });
      },
      async restart() {
        await server?.end('SIGTERM');
        await start();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * By what it says of itself: it opens its ports first, and goes on without one that somebody else has, who would then be taken for it.
 */
export function hasStarted(ownFile: string): boolean {
  const own = existsSync(ownFile) ? readFileSync(ownFile, 'utf8') : '';
  const refused = own.split('\n').find((line) => line.includes('Could not create') || line.includes('in use'));
  if (refused !== undefined) throw new Error(`rsyslog listens on less than it was told to: ${refused}`);
  return own.includes('] start\n');
}

/** The last line may still be being written. */
function wholeLines(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

/** What a message has, and what rsyslog calls it. https://www.rsyslog.com/doc/configuration/properties.html */
const properties = {
  raw: 'rawmsg',
  input: 'inputname',
  pri: 'pri',
  time: 'timereported',
  hostname: 'hostname',
  appName: 'app-name',
  processId: 'procid',
  messageId: 'msgid',
  structuredData: 'structured-data',
  message: 'msg',
} as const satisfies Record<keyof Message, string>;

function configurationFor(
  { folder, messages, own }: Record<'folder' | 'messages' | 'own', string>,
  plain: number,
  tls: number,
  { certificateFile, keyFile }: Certificate,
): string {
  const fields = Object.entries(properties).map(([name, property]) => {
    const date = property === 'timereported' ? ' dateFormat="rfc3339"' : '';
    return `  property(outname="${name}" name="${property}" format="jsonf"${date})`;
  });
  const listen = 'ruleset="received" address="127.0.0.1"';
  return `global(workDirectory="${folder}" processInternalMessages="on")
module(load="imudp")
module(load="imtcp" maxSessions="1000")
template(name="line" type="list") {
  constant(value="{")
${fields.join('\n  constant(value=",")\n')}
  constant(value="}\\n")
}
# What rsyslog has to say of itself, apart from what it received.
action(type="omfile" file="${own}")
# No queue: what is read from a socket is in the file before more is read.
ruleset(name="received" queue.type="Direct") {
  action(type="omfile" file="${messages}" template="line")
}
input(type="imudp" port="${plain}" ${listen})
input(type="imtcp" port="${plain}" ${listen})
input(type="imtcp" port="${tls}" ${listen}
  streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon"
  streamDriver.caFile="${certificateFile}" streamDriver.certFile="${certificateFile}" streamDriver.keyFile="${keyFile}")
`;
}

function locateRsyslog(): Location {
  return locate({
    name: 'rsyslog',
    packages: ['rsyslog', 'rsyslog-gnutls'],
    files: ['usr/sbin/rsyslogd', 'usr/lib/*-linux-*/rsyslog/lmnsd_gtls.so'],
  });
}
