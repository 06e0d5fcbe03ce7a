/** Who waits for which sync, on a disk in memory whose syncs end when a test says so. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { outcomeOf } from './disk/log-file.test-setup.ts';
import { LogFiles } from './log-files.ts';
import { MemoryDisk, osError } from './model/memory-disk.ts';
import { testRecord } from './test-record.ts';

let disk: MemoryDisk;
let files: LogFiles;

beforeEach(() => {
  disk = new MemoryDisk();
  const { fileSystem, openLock } = disk.startProcess();
  files = new LogFiles({ directory: '/logs' }, { fileSystem, openLock, now: () => disk.now });
});

afterEach(() => files.close());

function emit(body: string): void {
  files.write(testRecord({ body, attributes: { 'sentrikat.concern': 'audit' } }));
}

function record(body: string): Promise<void> {
  const kept = files.writeDurably(() => emit(body));
  // Whoever is rejected before a test looks is no unhandled rejection.
  kept.catch(() => {});
  return kept;
}

/** What is in the file, as far as the bodies go. */
function written(): string[] {
  const lines = disk.find('/logs/audit.log')?.bytes.toString().split('\n').slice(0, -1) ?? [];
  return lines.map((line) => (JSON.parse(line) as { message: string }).message);
}

async function nextTurn(): Promise<void> {
  // The end of a sync asks for a turn, which comes after those that were asked for before.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function endSyncs(error?: Error): Promise<void> {
  disk.endSyncs(error);
  await nextTurn();
}

describe('while a sync is under way', () => {
  let first: Promise<void>;

  beforeEach(async () => {
    first = record('first');
    await nextTurn();
  });

  test('lines that are waited for gather, with those of the callers whom it answers, for the next', async () => {
    const others = [record('second'), first.then(() => record('third'))];
    await nextTurn();
    expect(written()).toEqual(['first']);
    await endSyncs();
    expect(written()).toEqual(['first', 'second', 'third']);
    await endSyncs();
    expect(await Promise.all(others.map(outcomeOf))).toEqual(['kept', 'kept']);
    expect(disk.hasPendingSyncs).toBe(false);
  });

  test('what gathers is written when it has ended, whether or not anybody comes then', async () => {
    const second = record('second');
    await nextTurn();
    await endSyncs();
    expect(written()).toEqual(['first', 'second']);
    await endSyncs();
    expect(await outcomeOf(second)).toBe('kept');
  });

  test('a line that nobody waits for is written, and all that wait with it', async () => {
    void record('second');
    emit('third');
    await nextTurn();
    expect(written()).toEqual(['first', 'second', 'third']);
  });

  test('what gathers is written as soon as somebody asks for it', async () => {
    void record('second');
    await files.forceFlush();
    expect(written()).toEqual(['first', 'second']);
  });

  test('what gathers is refused with it, where it fails, and is not written later', async () => {
    const second = record('second');
    await nextTurn();
    await endSyncs(osError('EIO', 'audit.log'));
    expect(await outcomeOf(second)).toBe('EIO');
    await endSyncs();
    expect(written()).not.toContain('second');
  });

  test(
    'callers are told after five seconds that the disk does not answer, and the next when it does',
    { timeout: 10_000 },
    async () => {
      const second = record('second');
      await nextTurn();
      disk.now += 5_000;
      await expect(first).rejects.toThrow('SYNC_LATE');
      await expect(second).rejects.toThrow('SYNC_LATE');
      const third = record('third');
      await endSyncs();
      await endSyncs();
      expect(await outcomeOf(third)).toBe('kept');
      expect(written()).toEqual(['first', 'third']);
    },
  );

  test('what gathers is written before the file is closed, and kept when the sync has ended', async () => {
    const second = record('second');
    files.close();
    expect(written()).toEqual(['first', 'second']);
    await endSyncs();
    expect(await outcomeOf(second)).toBe('kept');
  });
});
