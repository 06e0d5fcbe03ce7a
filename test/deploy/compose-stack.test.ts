/**
 * deploy/compose, run as it stands: every container is well, each request's line arrives once, neither the end of the stack nor of its
 * destinations loses one, and the options keep the files. It takes minutes, so only `npm run containers` runs it.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { concerns } from '@sentrikat/file-exporter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ask, keepAsking, notOnce } from '../containers/asking.ts';
import { composeStack, type ComposeStack, type ContainerState } from '../containers/compose-stack.ts';
import { containersWanted } from '../containers/containers-wanted.ts';
import { noDocker, startDocker, type Docker } from '../containers/docker.ts';
import { linesOf, parseAccessLine } from '../instruments/log-files.ts';

const reason = containersWanted() ?? noDocker();
const workers = 4;
const eventually = { timeout: 60_000, interval: 500 };

describe.skipIf(reason !== undefined)(`the stack${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let docker: Docker;
  let stack: ComposeStack;

  beforeAll(async () => {
    docker = await startDocker();
    stack = await composeStack(docker, (text) => process.stderr.write(`${text}\n`));
    await stack.up();
  }, 1_800_000);

  afterAll(async () => {
    await stack?.remove();
    await docker?.stop();
  });

  async function search(path: string): Promise<unknown> {
    const script = `curl --silent --fail --user "elastic:$(cat /run/secrets/elasticsearch-password)" "http://127.0.0.1:9200/$1"`;
    return JSON.parse(await stack.exec('elasticsearch', 'sh', '-c', script, 'sh', path));
  }

  /** The paths of requests in Elasticsearch. */
  async function stored(): Promise<string[]> {
    const query = 'sentrikat-access/_search?q=url.path:\\/asked*&size=10000&_source=url.path';
    const { hits } = (await search(query)) as { hits: { hits: Record<string, Record<string, string>>[] } };
    return hits.hits.flatMap((hit) => hit['_source']?.['url.path'] ?? []);
  }

  /** And at rsyslog. A batch that was interrupted comes twice, with the same ids, which makes the same lines of it. */
  async function written(): Promise<string[]> {
    const lines = new Set(linesOf(await stack.exec('rsyslog', 'cat', '/var/log/remote/access.log')));
    return [...lines].flatMap((line) => /"url\.path":"(\/asked\/[^"]+)"/.exec(line)?.[1] ?? []);
  }

  async function expectOnce(paths: readonly string[]): Promise<void> {
    await expect.poll(async () => notOnce(paths, await stored()), eventually).toEqual([]);
    await expect.poll(async () => notOnce(paths, await written()), eventually).toEqual([]);
  }

  async function expectToLog(directory: string): Promise<void> {
    const files = (await stack.exec('service', 'ls', '-la', directory)).split('\n');
    const listed = files.filter((line) => /\.log$| \.$/.test(line));
    expect(listed).toHaveLength(1 + concerns.length);
    expect(listed.filter((line) => !/^\S+ +\d+ sentrikat sentrikat /.test(line))).toEqual([]);
    const find = ['grep', '-c', 're-initialized DB pool + logging', `${directory}/application.log`] as const;
    await expect.poll(async () => Number(await stack.exec('service', ...find)), eventually).toBe(workers);
    const count = async () =>
      Number((await stack.exec('service', 'wc', '-l', `${directory}/access.log`)).split(' ')[0]);
    const before = await count();
    await ask(stack.url, `logged${directory.replaceAll('/', '-')}`, 10);
    // Docker itself asks for /health meanwhile.
    await expect.poll(count, eventually).toBeGreaterThanOrEqual(before + 10);
  }

  test('has containers that are well, each as far as it stays', async () => {
    await expect
      .poll(async () => healthOf(await stack.states()), eventually)
      .toEqual([
        ['bootstrap', 'exited', 0],
        ['collector', 'running', 'healthy'],
        ['elasticsearch', 'running', 'healthy'],
        ['postgres', 'running', 'healthy'],
        ['rsyslog', 'running', 'healthy'],
        ['service', 'running', 'healthy'],
      ]);
  });

  test('shows with the documented diagnostics whose the files are, that they grow, and that each worker has set itself up', async () => {
    await expectToLog('/var/log/sentrikat');
  });

  test('brings the line of each request to Elasticsearch and to rsyslog, once', async () => {
    await expectOnce(await ask(stack.url, 'quietly', 200));
  });

  test('has sent what the service recorded while it started', async () => {
    const application = await stack.exec('rsyslog', 'cat', '/var/log/remote/application.log');
    expect(linesOf(application).filter((line) => line.includes('re-initialized DB pool + logging'))).toHaveLength(
      workers,
    );
  });

  test('loses nothing that was answered when it is ended, and sends what has waited when it is back', async () => {
    await stack.compose('stop', 'elasticsearch', 'rsyslog');
    const waiting = await ask(stack.url, 'waiting', 100);
    const asking = keepAsking(stack.url, 'to-the-end');
    await expect.poll(() => asking.answered.length, eventually).toBeGreaterThan(100);
    await stack.down();
    await asking.stop();
    await stack.up();
    await expectOnce([...waiting, ...asking.answered]);
  });

  test.each([
    { option: 'a', variable: 'STORAGE_ROOT', inside: '/data/sentrikat', below: '/logs' },
    { option: 'b', variable: 'LOG_DIR', inside: '/var/log/sentrikat', below: '' },
  ] as const)('with option $option keeps its files in a folder of the host', async (row) => {
    const { option, variable, inside, below } = row;
    const folder = mkdtempSync(join(tmpdir(), 'host-'));
    try {
      chmodSync(folder, 0o755);
      await stack.up([option, { [variable]: folder }]);
      await expectToLog(inside + below);
      const paths = await ask(stack.url, option, 20);
      await stack.compose('rm', '--stop', '--force', 'service');
      const lines = linesOf(readFileSync(join(folder + below, 'access.log'), 'utf8')).map(
        (line) => parseAccessLine(line).path,
      );
      expect(notOnce(paths, lines)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function healthOf(states: readonly ContainerState[]): (readonly (string | number)[])[] {
  return states.map(({ Service, State, Health, ExitCode }) => [Service, State, Health || ExitCode]).toSorted();
}
