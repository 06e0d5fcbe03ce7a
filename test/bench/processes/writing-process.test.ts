import { tmpdir } from 'node:os';

import { expect, test } from 'vitest';

import { readyOrFailed, startWritingProcess, type WritingProcess, type WritingTask } from './writing-process.ts';

const task: WritingTask = {
  rival: 'ours',
  directory: tmpdir(),
  warmUpDirectory: tmpdir(),
  warmUpLines: 1,
  firstLine: 0,
  lines: 1,
  maxBytes: 1,
  backups: 1,
};

/** A process that runs `code`, which may `say`, and `await started`. */
function start(code: string): WritingProcess {
  const program = `
    const say = (message) => fs.writeSync(3, JSON.stringify(message) + '\\n');
    const started = new Promise((resolve) => process.stdin.once('data', () => resolve(process.stdin.destroy())));
    (async () => { ${code} })();`;
  return startWritingProcess(process.execPath, ['-e', program], task);
}

test('a process gets its task, and says when it is ready, done, and what that took', async () => {
  const {
    ready,
    start: go,
    written,
  } = start(`
    if (JSON.parse(process.argv[1]).rival !== 'ours') throw new Error('not my task');
    say({ say: 'ready' });
    await started;
    say({ say: 'done', cpuMicros: 7, peakRssKiB: 42 });`);
  await ready;
  const startedAt = performance.now();
  go();
  const end = await written;
  expect(end).toMatchObject({ hasFailed: false, cpuMicros: 7, peakRssKiB: 42 });
  expect(end.endedAt).toBeGreaterThanOrEqual(startedAt);
});

test.each([
  ['crashes before it is done', `throw new Error('no more')`],
  ['crashes after it', `say({ say: 'done', cpuMicros: 7, peakRssKiB: 42 }); throw new Error('no more')`],
  ['ends without having been done', ''],
])('a process that %s has failed', async (_, code) => {
  const { ready, start: go, written } = start(`say({ say: 'ready' }); await started; ${code}`);
  await ready;
  go();
  expect(await written).toMatchObject({ hasFailed: true });
});

test('a process that is never ready is an error, with what it said of it', async () => {
  const { ready, written } = start(`throw new Error('cannot find ' + 'myself')`);
  await expect(ready).rejects.toThrow(/^CONTESTANT_ENDED: [^]*cannot find myself/);
  expect(await written).toMatchObject({ hasFailed: true });
});

test('a process that hangs can be killed, and has failed then', async () => {
  const { ready, kill, written } = start(`say({ say: 'ready' }); await started;`);
  await ready;
  kill();
  expect(await written).toMatchObject({ hasFailed: true, cpuMicros: 0, peakRssKiB: 0 });
});

test('of several processes some may fail before they are ready, but not all', async () => {
  const good = { ready: Promise.resolve() };
  const bad = { ready: Promise.reject(new Error('cannot find myself')) };
  await expect(readyOrFailed([bad, good, bad])).resolves.toBeUndefined();
  await expect(readyOrFailed([bad, bad])).rejects.toThrow('cannot find myself');
});

test('a race does not begin before the last process is ready', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isReady = false;
  const all = readyOrFailed([{ ready: Promise.resolve() }, { ready: promise }]).then(() => (isReady = true));
  await new Promise((isLater) => setImmediate(isLater));
  expect(isReady).toBe(false);
  resolve();
  expect(await all).toBe(true);
});
