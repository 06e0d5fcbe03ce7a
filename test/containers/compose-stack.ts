/**
 * The stack of deploy/compose as it stands, with secrets of its own and on a free port. Where Docker is one of our own it gets the images
 * that no registry gives, and what that Docker cannot do otherwise: builds in the machine's network, and no limits above the machine's.
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually } from '../instruments/log-files.ts';
import { freePort } from '../servers/free-port.ts';
import { run } from '../servers/run.ts';
import type { Docker } from './docker.ts';
import { ownImages } from './own-images.ts';

const composeFolder = fileURLToPath(new URL('../../deploy/compose', import.meta.url));

export interface ContainerState {
  readonly Service: string;
  readonly State: string;
  readonly Health: string;
  readonly ExitCode: number;
}

/** An option of deploy/compose, and the variable that it wants. */
type Option = readonly [name: 'a' | 'b', variables: NodeJS.ProcessEnv];

export interface ComposeStack {
  /** Of the service. */
  readonly url: string;
  readonly adminPassword: string;
  /** Builds what is to be built, and starts what does not run yet; resolves when the service answers. */
  up(option?: Option): Promise<void>;
  /** Ends everything and keeps the volumes. */
  down(): Promise<void>;
  /** Any other command of Compose; resolves with what it printed. */
  compose(...args: readonly string[]): Promise<string>;
  /** Runs a command in a container. */
  exec(service: string, ...command: readonly string[]): Promise<string>;
  states(): Promise<ContainerState[]>;
  /** Ends everything, and removes the volumes too. */
  remove(): Promise<void>;
}

export async function composeStack(docker: Docker, progress: (text: string) => void): Promise<ComposeStack> {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  const [port, images] = [await freePort(), docker.isOwn ? await ownImages(docker.engine, progress) : {}];
  copyFileSync(join(composeFolder, 'make-secrets.sh'), join(folder, 'make-secrets.sh'));
  run('sh', [join(folder, 'make-secrets.sh')]);
  const secrets = join(folder, 'secrets');
  const override = join(folder, 'override.yaml');
  // JSON is YAML.
  writeFileSync(
    override,
    JSON.stringify({ ...secretsIn(secrets), ...(docker.isOwn && { services: confined(images) }) }),
  );
  const url = `http://127.0.0.1:${port}`;
  const project = `sentrikat-${randomBytes(4).toString('hex')}`;

  async function composeWith(option: Option | undefined, ...args: readonly string[]): Promise<string> {
    const [name, variables] = option ?? [];
    const files = ['compose.yaml', ...(name === undefined ? [] : [`option-${name}.yaml`])];
    const words = [...files.map((file) => join(composeFolder, file)), override].flatMap((file) => ['--file', file]);
    const all = ['--project-name', project, ...words, '--progress=quiet', ...args];
    return docker.compose(all, { PORT: String(port), ...images, ...variables });
  }
  const compose = (...args: readonly string[]) => composeWith(undefined, ...args);

  return {
    url,
    adminPassword: readFileSync(join(secrets, 'admin-password'), 'utf8'),
    async up(option) {
      await composeWith(option, 'up', '--build', '--detach');
      await eventually(async () => (await fetch(`${url}/health`)).ok || undefined, 60_000);
    },
    async down() {
      await compose('down');
    },
    compose,
    exec: (service, ...command) => compose('exec', '--no-TTY', service, ...command),
    async states() {
      const lines = (await compose('ps', '--all', '--format=json')).trim().split('\n');
      return lines.map((line) => JSON.parse(line) as ContainerState);
    },
    async remove() {
      await compose('down', '--volumes');
      rmSync(folder, { recursive: true });
    },
  };
}

function secretsIn(folder: string): object {
  return { secrets: Object.fromEntries(readdirSync(folder).map((name) => [name, { file: join(folder, name) }])) };
}

function confined({ NODE_IMAGE, RUNTIME_IMAGE, GO_IMAGE }: Readonly<Record<string, string>>): object {
  const network = 'host';
  return {
    service: { build: { network, args: { NODE_IMAGE, RUNTIME_IMAGE } } },
    collector: { build: { network, args: { GO_IMAGE, RUNTIME_IMAGE } } },
    rsyslog: { build: { network, args: { RUNTIME_IMAGE } } },
    // A Docker that may not raise a limit cannot give one that is higher.
    elasticsearch: { ulimits: { nofile: 4096, memlock: 65_536 } },
  };
}
