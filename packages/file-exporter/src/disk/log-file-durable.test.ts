import { beforeEach, describe, expect, test } from 'vitest';

import { osError } from '../model/memory-disk.ts';
import { MemoryLog, outcomeOf, path, place, type Writer } from './log-file.test-setup.ts';

const rotating = { policy: { maxBytes: 20, backups: 3, emptyFileRollover: false } };

let log: MemoryLog;

beforeEach(() => {
  log = new MemoryLog();
});

/** A line that is written, and whose sync is under way. */
function writeDurably({ file }: Writer, line: string = 'durable'): Promise<void> {
  const kept = file.appendDurably(`${line}\n`);
  // Whoever is rejected before a test looks is no unhandled rejection.
  kept.catch(() => {});
  file.flush(0);
  return kept;
}

describe('a durable line', () => {
  test('is kept when it is synced, and not before', async () => {
    const kept = writeDurably(log.startWriter());
    expect(log.read()).toBe('durable\n');
    expect(await outcomeOf(kept)).toBe('pending');
    await log.endSyncs();
    expect(await outcomeOf(kept)).toBe('kept');
    log.disk.losePower(() => 0);
    expect(log.read()).toBe('durable\n');
  });

  test('shares its sync with those that are written before that begins, and waits for the next one otherwise', async () => {
    const writer = log.startWriter();
    const first = writeDurably(writer);
    const others = [writeDurably(writer), writeDurably(writer)];
    await log.endSyncs();
    expect(await outcomeOf(first)).toBe('kept');
    expect(await Promise.all(others.map(outcomeOf))).toEqual(['pending', 'pending']);
    await log.endSyncs();
    expect(await Promise.all(others.map(outcomeOf))).toEqual(['kept', 'kept']);
    expect(log.disk.hasPendingSyncs).toBe(false);
  });

  test('is rejected when it cannot be written, and is not written later', async () => {
    const writer = log.startWriter();
    log.disk.capacity = 3;
    const kept = writeDurably(writer);
    writer.write('plain');
    expect(await outcomeOf(kept)).toBe('ENOSPC');
    log.disk.capacity = 1000;
    log.disk.now += 10_000;
    expect(writer.write()).toBe('written');
    expect(log.read()).toBe('plain\n');
  });

  test('is rejected when its sync fails, with those that were written since, of which no later sync would tell', async () => {
    const writer = log.startWriter();
    const kept = [writeDurably(writer), writeDurably(writer)];
    await log.endSyncs(osError('EIO'));
    await log.endSyncs();
    expect(await Promise.all(kept.map(outcomeOf))).toEqual(['EIO', 'EIO']);
    expect(writer.events).toMatchObject([{ type: 'degraded', effect: 'waiting' }]);
    log.disk.now += 10_000;
    const next = writeDurably(writer);
    await log.endSyncs();
    expect(await outcomeOf(next)).toBe('kept');
  });

  test('is rejected when the names in the directory cannot be synced, and the next one tries again', async () => {
    const writer = log.startWriter();
    writer.process.refuse(['syncDirectory'], 'EIO');
    const kept = writeDurably(writer);
    await log.endSyncs();
    expect(await outcomeOf(kept)).toBe('EIO');
    writer.process.refuse([], 'EIO');
    const next = writeDurably(writer);
    await log.endSyncs();
    expect(await outcomeOf(next)).toBe('kept');
    log.disk.losePower(() => 0);
    expect(log.read()).toBe('durable\ndurable\n');
  });

  test('has its name on the platter also in a file that another process has made', async () => {
    log.startWriter().write('theirs');
    const kept = writeDurably(log.startWriter());
    await log.endSyncs();
    expect(await outcomeOf(kept)).toBe('kept');
    log.disk.losePower(() => 0);
    expect(log.read()).toBe('theirs\ndurable\n');
  });

  test('is refused where memory is full, and not counted as dropped', async () => {
    const writer = log.startWriter();
    log.disk.capacity = 0;
    writer.file.append('x'.repeat(8 * 1024 * 1024));
    expect(await outcomeOf(writeDurably(writer))).toBe('QUEUE_FULL');
    log.disk.capacity = 1e9;
    log.disk.now += 10_000;
    writer.file.flush(0);
    expect(log.read()).not.toContain('dropped');
  });
});

describe('while the disk does not answer', () => {
  test('a durable line waits for five seconds, and may be in the file then; one that is not written never will be', async () => {
    const writer = log.startWriter();
    const { file } = writer;
    const written = [writeDurably(writer, 'first'), writeDurably(writer, 'second')];
    log.disk.now += 3_000;
    const unwritten = file.appendDurably('unwritten\n');
    unwritten.catch(() => {});
    expect(file.firstDeadline).toBe(5_000);
    log.disk.now = 4_999;
    file.giveUpLate();
    expect(await Promise.all(written.map(outcomeOf))).toEqual(['pending', 'pending']);
    log.disk.now = 5_000;
    file.giveUpLate();
    expect(await Promise.all(written.map(outcomeOf))).toEqual(['SYNC_LATE', 'SYNC_LATE']);
    expect(await outcomeOf(unwritten)).toBe('pending');
    log.disk.now = 8_000;
    file.giveUpLate();
    expect(await outcomeOf(unwritten)).toBe('SYNC_LATE');
    expect(file.firstDeadline).toBe(Number.POSITIVE_INFINITY);
    const next = file.appendDurably('next\n');
    await log.endSyncs();
    file.flush(0);
    await log.endSyncs();
    expect(await outcomeOf(next)).toBe('kept');
    expect(log.read()).toBe('first\nsecond\nnext\n');
  });
});

describe('while another holds the lock', () => {
  test('a durable line waits for five seconds, is then given up, and the lines around it are not', async () => {
    const writer = log.startWriter();
    const lock = log.disk.startProcess().openLock(place.lockPath);
    lock.acquire(0);
    writer.file.append('before\n');
    const early = writeDurably(writer, 'early');
    log.disk.now += 3_000;
    writer.file.append('between\n');
    const late = writeDurably(writer, 'late');
    expect(writer.file.isAwaited).toBe(true);
    log.disk.now += 2_000;
    expect(writer.file.flush(0)).toBe('busy');
    expect(await Promise.all([early, late].map(outcomeOf))).toEqual(['LOCK_BUSY', 'pending']);
    lock.release();
    writer.write('after');
    expect(log.read()).toBe('before\nbetween\nlate\nafter\n');
    await log.endSyncs();
    expect(await outcomeOf(late)).toBe('kept');
    expect(writer.file.isAwaited).toBe(false);
  });

  test('a durable line is not among those that are appended without the lock', async () => {
    const writer = log.startWriter();
    log.disk.startProcess().openLock(place.lockPath).acquire(0);
    writer.file.append('before\n');
    const kept = writeDurably(writer);
    writer.file.append('after\n');
    expect(writer.file.appendWithoutLock()).toBe('written');
    expect(await outcomeOf(kept)).toBe('NOT_LOCKED');
    expect(log.read()).toBe('before\nafter\n');
  });
});

describe('between its writing and its sync, the file', () => {
  const cases: readonly (readonly [what: string, happen: () => void, outcome: string, laterOutcome: string])[] = [
    ['may be renamed to a backup’s name', () => log.others.rename(path, `${path}.1`), 'kept', 'kept'],
    ['must not be renamed to another', () => log.others.rename(path, '/logs/away'), 'FILE_GONE', 'FILE_GONE'],
    ['must not be removed', () => log.others.remove(path), 'FILE_GONE', 'FILE_GONE'],
    [
      'must not be replaced',
      () => {
        log.others.writeFile('/logs/new', Buffer.from('new\n'), 0o640);
        log.others.rename('/logs/new', path);
      },
      'FILE_GONE',
      'FILE_GONE',
    ],
    ['must not go with its directory', () => log.disk.removeDirectory('/logs'), 'ENOENT', 'FILE_GONE'],
  ];

  test.each(cases)('%s', async (...[, happen, outcome]) => {
    const kept = writeDurably(log.startWriter(rotating));
    happen();
    await log.endSyncs();
    expect(await outcomeOf(kept)).toBe(outcome);
  });

  test.each(cases)(
    '%s, also where the writer has gone over to a new one meanwhile',
    async (...[, happen, , outcome]) => {
      const writer = log.startWriter(rotating);
      const kept = writeDurably(writer);
      happen();
      writer.write('next');
      await log.endSyncs();
      expect(await outcomeOf(kept)).toBe(outcome);
    },
  );

  test('is rotated, by this writer or by another, only after it was synced', async () => {
    for (const isAnother of [false, true]) {
      log = new MemoryLog();
      const writer = log.startWriter(rotating);
      const kept = writeDurably(writer, 'durable durable');
      (isAnother ? log.startWriter(rotating) : writer).write('rotates');
      writer.write('x');
      log.others.syncDirectory('/logs');
      await log.endSyncs();
      expect(await outcomeOf(kept)).toBe('kept');
      log.disk.losePower(() => 0);
      expect(log.read(1)).toBe('durable durable\n');
    }
  });

  test('is closed, and the line stands or falls with the sync that was under way', async () => {
    const outcomes: string[] = [];
    for (const error of [undefined, osError('EIO')]) {
      log = new MemoryLog();
      const writer = log.startWriter(rotating);
      const kept = [writeDurably(writer, 'a'), writeDurably(writer, 'b')];
      writer.file.close();
      expect(await Promise.all(kept.map(outcomeOf))).toEqual(['pending', 'pending']);
      await log.endSyncs(error);
      outcomes.push(...(await Promise.all(kept.map(outcomeOf))));
      expect(writer.events).toEqual([]);
    }
    expect(outcomes).toEqual(['kept', 'kept', 'EIO', 'EIO']);
  });
});
