import { beforeEach, describe, expect, test } from 'vitest';

import { MemoryLog, place } from './log-file.test-setup.ts';

const MiB = 1024 * 1024;

let log: MemoryLog;

beforeEach(() => {
  log = new MemoryLog();
});

describe('where locks do not work', () => {
  test('lines are appended all the same, which is said once, and the limit is passed', () => {
    const writer = log.startWriter({ policy: { maxBytes: 10, backups: 3, emptyFileRollover: false } });
    writer.process.refuse(['lock'], 'EIO');
    expect(writer.write('x'.repeat(9))).toBe('written');
    expect(writer.write('x'.repeat(9))).toBe('written');
    expect(log.read()).toHaveLength(20);
    expect(writer.events).toMatchObject([{ type: 'degraded', effect: 'unlocked' }]);
  });

  test('they are tried again, and what comes of it is said', () => {
    const writer = log.startWriter();
    writer.process.refuse(['lock'], 'EIO');
    writer.write('unlocked');
    writer.process.refuse([], 'EIO');
    log.disk.now += 10_000;
    writer.write('locked');
    expect(log.read()).toBe('unlocked\nlocked\n');
    expect(writer.events.map(({ type }) => type)).toEqual(['degraded', 'recovered']);
  });

  test('what did not fit into memory is counted as well', () => {
    const writer = log.startWriter();
    writer.process.refuse(['lock'], 'EIO');
    writer.file.append('x'.repeat(8 * MiB - 1).concat('\n'));
    writer.file.append('dropped\n');
    expect(writer.file.flush(0)).toBe('written');
    expect(log.read()?.slice(8 * MiB)).toBe('{"type":"dropped","records":1}\n');
  });

  test('a dead writer’s half line gets an end, as nobody may cut it off', () => {
    log.startWriter().write('whole');
    log.appendFromOutside('half');
    const writer = log.startWriter();
    writer.file.append('next\n');
    expect(writer.file.appendWithoutLock()).toBe('written');
    expect(log.read()).toBe('whole\nhalf\nnext\n');
  });

  test('half a line that the disk does not let it end stays, and nobody’s line behind it is cut off', () => {
    const writer = log.startWriter();
    writer.process.refuse(['lock'], 'EIO');
    log.disk.capacity = 3;
    expect(writer.write('unlocked')).toBe('failed');
    expect(log.read()).toBe('unl');
    expect(log.disk.find(place.quarantinePath)).toBeUndefined();
  });

  test('a disk that fails is told from a lock that does, and as the worse of the two', () => {
    const writer = log.startWriter();
    writer.process.refuse(['lock'], 'EIO');
    writer.write('unlocked');
    writer.process.refuse(['lock', 'append'], 'ENOSPC');
    writer.write('waiting');
    writer.process.refuse(['lock'], 'EIO');
    log.disk.now += 10_000;
    writer.write('unlocked again');
    writer.process.refuse(['lock', 'append'], 'ENOSPC');
    writer.write('waiting again');
    expect(writer.events.map((event) => (event.type === 'degraded' ? event.effect : event.type))).toEqual([
      'unlocked',
      'waiting',
      'waiting',
    ]);
  });
});

test('a file that cannot be opened is no matter of locks', () => {
  const writer = log.startWriter();
  log.disk.removeDirectory('/logs');
  writer.file.close();
  // The lock's directory is in the same, and cannot be made either.
  writer.process.refuse(['makeDirectory', 'lock'], 'EACCES');
  expect(writer.write('x')).toBe('failed');
  expect(writer.events).toMatchObject([{ type: 'degraded', effect: 'waiting' }]);
});
