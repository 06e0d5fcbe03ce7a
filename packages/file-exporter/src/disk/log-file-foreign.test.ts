import { beforeEach, describe, expect, test } from 'vitest';

import { hashOfLine, sealOfLine } from '../trail/seal.ts';
import { MemoryLog, place } from './log-file.test-setup.ts';

const foreign = { hasForeignWriters: true };

let log: MemoryLog;

beforeEach(() => {
  log = new MemoryLog();
});

describe('where others append without the lock', () => {
  test('half a line gets an end, and stays', () => {
    const writer = log.startWriter(foreign);
    writer.write('whole');
    log.appendFromOutside('half');
    writer.write('next');
    expect(log.read()).toBe('whole\nhalf\nnext\n');
    expect(log.disk.find(place.quarantinePath)).toBeUndefined();
  });

  test('a line that the disk has cut stays as it is, and is written again as a whole', () => {
    const writer = log.startWriter(foreign);
    log.disk.capacity = 7;
    expect(writer.write('first', 'second')).toBe('failed');
    log.disk.capacity = 100;
    log.disk.now += 10_000;
    expect(writer.write()).toBe('written');
    expect(log.read()).toBe('first\ns\nsecond\n');
  });

  test('a line that lacks nothing but its end is not written twice', () => {
    const writer = log.startWriter(foreign);
    log.disk.capacity = 5;
    expect(writer.write('first', 'second')).toBe('failed');
    log.disk.capacity = 100;
    log.disk.now += 10_000;
    expect(writer.write()).toBe('written');
    expect(log.read()).toBe('first\nsecond\n');
  });

  test('their bytes count when a line is about to rotate the file', () => {
    const writer = log.startWriter({ ...foreign, policy: { maxBytes: 20, backups: 1, emptyFileRollover: false } });
    writer.write('ours');
    log.appendFromOutside('theirs, long\n');
    writer.write('next');
    expect(log.read(1)).toBe('ours\ntheirs, long\n');
    expect(log.read()).toBe('next\n');
  });

  test('a trail holds their lines, and halves, like its own', () => {
    const writer = log.startWriter({ ...foreign, trail: { checkpointEvery: 0 } });
    writer.write('{"a": 1}');
    log.appendFromOutside('theirs\nhalf');
    writer.write('{"a": 2}');
    expect(sealOfLine(log.read()?.split('\n').at(-2) ?? '')).toEqual({ seq: 2, prevHash: hashOfLine('half') });
  });
});
