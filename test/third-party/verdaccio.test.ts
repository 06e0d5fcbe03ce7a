/**
 * An npm registry server that nobody here wrote, unchanged, with real npm clients: every request it answered is one line,
 * by its own log and by a proxy that counted, and it cannot tell that it is being watched.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startCountingProxy, type CountingProxy } from '../instruments/counting-proxy.ts';
import {
  forbiddenLines,
  linesOf,
  parseAccessLine,
  parseDetailed,
  parseJsonLines,
  readLog,
} from '../instruments/log-files.ts';
import { preload, startProgram, type Ending, type Program } from '../instruments/program.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'verdaccio-'));
const command = fileURLToPath(new URL('../../node_modules/verdaccio/bin/verdaccio', import.meta.url));

let proxy: CountingProxy;

beforeAll(async () => {
  proxy = await startCountingProxy();
});

afterAll(async () => {
  await proxy.close();
  rmSync(folder, { recursive: true });
});

describe('a registry in use', () => {
  const place = join(folder, 'watched');
  const logs = join(place, 'logs');

  beforeAll(async () => {
    const registry = await startRegistry(place, [...preload], { LOG_DIR: logs });
    await useRegistry(place);
    await registry.stop('SIGTERM');
  });

  test('has one line for every exchange that the proxy counted, with its status', () => {
    const lines = linesOf(readLog(logs, 'access')).map(parseAccessLine);
    expect(proxy.exchanges.length).toBeGreaterThan(20);
    expect(lines.map(({ method, path, status }) => `${method} ${path} ${status}`).toSorted()).toEqual(
      proxy.exchanges.map(({ method, path, status }) => `${method} ${path} ${status}`).toSorted(),
    );
  });

  test('has one line for every request that the registry itself says it got', () => {
    const requested = ownLog(place)
      .filter(({ msg }) => String(msg).includes(' requested '))
      .map(({ req }) => `${req?.method} ${req?.url.split('?', 1)[0]}`);
    const lines = linesOf(readLog(logs, 'access')).map(parseAccessLine);
    expect(lines.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(requested.toSorted());
  });

  test('says who asked, and how long it took', () => {
    const lines = linesOf(readLog(logs, 'access')).map(parseAccessLine);
    expect(new Set(lines.map(({ ip }) => ip))).toEqual(new Set(['127.0.0.1']));
    expect(lines.filter(({ userAgent }) => userAgent.startsWith('npm/')).length).toBeGreaterThan(20);
    expect(lines.filter(({ durationMillis }) => durationMillis <= 0 || durationMillis > 60_000)).toEqual([]);
  });

  test('has seen the statuses that a registry in use gives', () => {
    const statuses = new Set(proxy.exchanges.map(({ status }) => status));
    expect([...statuses]).toEqual(expect.arrayContaining(['200', '201', '401', '404']));
  });

  test('gave nothing of its secrets away', () => {
    const all = (['application', 'error', 'access', 'security', 'audit', 'ldap', 'performance'] as const)
      .map((name) => readLog(logs, name))
      .join('');
    expect(all).not.toContain('wonderland');
    expect(all).not.toContain(readFileSync(join(place, '.npmrc'), 'utf8').split('=').at(-1)?.trim());
    expect(forbiddenLines(logs)).toEqual([]);
    expect(parseDetailed(readLog(logs, 'error'))).toEqual([]);
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('a registry that gets %s', (signal) => {
  test('ends, and has printed, what it would have without the preload', async () => {
    const bare = await startAndStop('bare', [], signal);
    const watched = await startAndStop('watched-only', [...preload], signal);
    expect(watched).toEqual(bare);
  });
});

async function startAndStop(name: string, nodeOptions: readonly string[], signal: NodeJS.Signals): Promise<Ending> {
  const place = join(folder, `${name}-${signal}`);
  const registry = await startRegistry(place, nodeOptions, { LOG_DIR: join(place, 'logs') });
  await fetch(`${proxy.url}/-/ping`);
  const ending = await registry.stop(signal);
  return {
    ...ending,
    stdout: comparable(ending.stdout, place, registry.pid),
    stderr: comparable(ending.stderr, place, registry.pid),
  };
}

/** Output without what differs between any two runs. */
function comparable(output: string, place: string, pid: number): string {
  return output
    .replaceAll(place, '<place>')
    .replaceAll(`(node:${pid})`, '(node)')
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>');
}

/** A registry without uplinks: what it does not have, it does not know. */
async function startRegistry(
  place: string,
  nodeOptions: readonly string[],
  env: Record<string, string>,
): Promise<Program> {
  mkdirSync(place, { recursive: true });
  writeFileSync(
    join(place, 'config.yaml'),
    `storage: ${place}/storage
auth:
  htpasswd: { file: ${place}/htpasswd, max_users: 10 }
uplinks: {}
packages:
  '**': { access: $all, publish: $authenticated, unpublish: $authenticated }
log: { type: file, path: ${place}/registry.json, format: json, level: http }
`,
  );
  const port = await freePort();
  const args = [
    ...nodeOptions,
    command,
    '--config',
    join(place, 'config.yaml'),
    '--listen',
    `http://127.0.0.1:${port}`,
  ];
  const program = startProgram({ args, env: { ...env, HOME: place }, cwd: import.meta.dirname });
  const deadline = performance.now() + 60_000;
  while (!ownLog(place).some(({ msg }) => String(msg).startsWith('http address'))) {
    if (performance.now() > deadline || program.child.exitCode !== null)
      await program.printed(/the registry never listened/, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  proxy.forwardTo(port);
  return program;
}

interface OwnLogLine {
  readonly msg?: unknown;
  readonly req?: { readonly method: string; readonly url: string };
}

function ownLog(place: string): OwnLogLine[] {
  try {
    return parseJsonLines(readFileSync(join(place, 'registry.json'), 'utf8'));
  } catch {
    return []; // Not there yet, or being written.
  }
}

async function freePort(): Promise<number> {
  const probe = await startCountingProxy();
  await probe.close();
  return Number(new URL(probe.url).port);
}

/** A user signs up; packages are published, looked at, installed, refused, and published again. */
async function useRegistry(place: string): Promise<void> {
  const npm = (cwd: string, ...args: string[]) =>
    run('npm', [...args, '--loglevel=error', '--fund=false', '--update-notifier=false'], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOME: place,
        npm_config_registry: `${proxy.url}/`,
        npm_config_cache: join(place, 'cache'),
      },
    });

  const answer = await fetch(`${proxy.url}/-/user/org.couchdb.user:alice`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'alice', password: 'wonderland-1', type: 'user' }),
  });
  const { token } = (await answer.json()) as { token: string };

  const shout = writePackage(place, 'shout', '1.0.0', {});
  const npmrc = (secret: string) =>
    writeFileSync(join(place, '.npmrc'), `${proxy.url.replace('http:', '')}/:_authToken=${secret}\n`);
  npmrc('not-a-token-of-theirs');
  await refused('code E401', npm(shout, 'publish'));
  npmrc(token);
  await npm(shout, 'publish');
  await refused('cannot publish over', npm(shout, 'publish'));
  await Promise.all([
    npm(writePackage(place, '@kats/core', '1.0.0', { shout: '^1.0.0' }), 'publish', '--access=public'),
    npm(writePackage(place, 'whisper', '2.0.0', {}), 'publish'),
  ]);
  await npm(
    writePackage(place, '@kats/core', '1.1.0', { shout: '^1.0.0', whisper: '2.x' }),
    'publish',
    '--access=public',
  );
  await npm(place, 'view', '@kats/core', 'versions', '--json');
  await npm(place, 'whoami');
  await refused('code E404', npm(place, 'view', 'nobody-has-this'));

  await Promise.all(
    ['one', 'two', 'three'].map((name) =>
      npm(writePackage(place, name, '1.0.0', { '@kats/core': '^1.0.0' }), 'install', `--cache=${place}/cache-${name}`),
    ),
  );
  await npm(join(place, 'one-1.0.0'), 'install', 'whisper');
  await npm(shout, 'dist-tag', 'add', 'shout@1.0.0', 'stable');
  await npm(shout, 'unpublish', 'whisper@2.0.0', '--force');
}

/** Waits for npm to fail in the way named; anything else is an error. */
async function refused(reason: string, attempt: Promise<{ readonly stdout: string }>): Promise<void> {
  const outcome = await attempt.then(
    ({ stdout }) => `success: ${stdout}`,
    (error: unknown) => String((error as { stderr?: string }).stderr),
  );
  if (!outcome.includes(reason)) throw new Error(`expected ${JSON.stringify(reason)}, got ${outcome}`);
}

/** A package in a folder of its own; returns the folder. */
function writePackage(place: string, name: string, version: string, dependencies: Record<string, string>): string {
  const packageFolder = join(place, `${name.replace('/', '-').replace('@', '')}-${version}`);
  mkdirSync(packageFolder);
  writeFileSync(
    join(packageFolder, 'package.json'),
    JSON.stringify({ name, version, license: 'MIT', main: 'index.js', dependencies }),
  );
  writeFileSync(join(packageFolder, 'index.js'), `module.exports = ${JSON.stringify(`${name} ${version}`)};\n`);
  return packageFolder;
}
