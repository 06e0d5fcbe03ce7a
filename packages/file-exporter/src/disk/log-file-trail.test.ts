import { beforeEach, describe, expect, test } from 'vitest';

import { hashOfLine, sealOfLine, trailStart } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import { MemoryLog, path, place, type Writer } from './log-file.test-setup.ts';
import type { LogFileOptions } from './log-file.ts';

let log: MemoryLog;

beforeEach(() => {
  log = new MemoryLog();
});

function startTrail(options: Partial<LogFileOptions> & { readonly checkpointEvery?: number } = {}): Writer {
  const { checkpointEvery = 0, ...others } = options;
  return log.startWriter({ trail: { checkpointEvery }, ...others });
}

/** The lines of all files, the oldest first. */
function lines(): string[] {
  const text = [3, 2, 1, 0].map((number) => log.read(number) ?? '').join('');
  return text.split('\n').slice(0, -1);
}

/** Which lines are not numbered, or do not hold the one before. */
function broken(): string[] {
  let { seq, hash } = trailStart;
  return lines().filter((line) => {
    const seal = sealOfLine(line);
    const isWhole = seal?.seq === seq + 1 && seal.prevHash === hash;
    ({ seq } = seal ?? { seq });
    hash = hashOfLine(line);
    return !isWhole;
  });
}

const line = '{"a": 1}';
const note = (type: string) => expect.stringContaining(`{"type":"${type}"`) as string;

describe('the lines of a trail', () => {
  test('hold one another across processes, restarts and rotations', () => {
    const rotating = { policy: { maxBytes: 250, backups: 3, emptyFileRollover: false } };
    const [one, other] = [startTrail(rotating), startTrail(rotating)];
    one.write(line);
    other.write(line, line);
    one.write(line);
    one.file.close();
    startTrail(rotating).write(line);
    expect(lines()).toHaveLength(5);
    expect(log.read(2)).toBeDefined();
    expect(broken()).toEqual([]);
  });

  test('go on from the newest that this process has seen, where the disk has lost it', () => {
    const reader = startTrail();
    startTrail().write(line, line, line);
    reader.write(line);
    log.others.remove(path);
    reader.write(line);
    expect(sealOfLine(lines()[0] ?? '')?.seq).toBe(5);
  });

  test('hold lines that others have appended', () => {
    const writer = startTrail();
    writer.write(line);
    log.appendFromOutside('theirs\n');
    writer.write(line);
    expect(broken()).toEqual(['theirs']);
  });

  test('say that a dead writer’s half line was moved out', () => {
    startTrail().write(line);
    log.appendFromOutside('{"half": ');
    startTrail().write(line);
    expect(lines()).toEqual([expect.anything(), note('repaired'), expect.anything()]);
    expect(broken()).toEqual([]);
  });

  test('have no seal where there is no lock, and are held by the next that has', () => {
    const writer = startTrail({ checkpointEvery: 1000 });
    const lock = log.disk.startProcess().openLock(place.lockPath);
    writer.write(line);
    lock.acquire(0);
    writer.file.append(`${line}\n`);
    writer.file.requestCheckpoint();
    expect(writer.file.appendWithoutLock()).toBe('written');
    expect(writer.file.isIdle).toBe(true);
    lock.release();
    writer.write(line);
    expect(broken()).toEqual([line]);
  });

  test('have what went before on the platter before there is a next file', () => {
    const writer = startTrail({ policy: { maxBytes: 200, backups: 3, emptyFileRollover: false } });
    writer.write(line, line, line);
    log.others.syncDirectory('/logs');
    log.disk.losePower(() => 0);
    expect(lines()).toHaveLength(2);
    expect(broken()).toEqual([]);
  });
});

describe('what retention takes from a trail', () => {
  const rotating = { policy: { maxBytes: 600, backups: 1, emptyFileRollover: false } };
  const long = `{"a": "${'x'.repeat(300)}"}`;

  test('is told by the first line of the new file', () => {
    const writer = startTrail(rotating);
    writer.write(long, long);
    const { hash } = sealLine(`${long}\n`, trailStart).head;
    writer.write(long);
    expect(lines()).toEqual([expect.anything(), note('retired'), expect.anything()]);
    expect(lines()[1]).toContain(`"firstSeq":1,"lastSeq":1,"lastHash":"${hash}"`);
    expect(broken().map((each) => sealOfLine(each)?.seq)).toEqual([2]);
  });

  test('is told by whoever comes after a writer that died before it could', () => {
    const writer = startTrail(rotating);
    writer.write(long, long);
    writer.file.append(`${long}\n`);
    writer.process.refuse(['append'], 'EIO');
    writer.file.flush(0);
    writer.process.die();
    startTrail(rotating).write(line);
    expect(lines()).toEqual([expect.anything(), note('retired'), expect.anything()]);
    expect(log.disk.find(place.intentPath)).toBeUndefined();
  });

  test('is told of, and rotates no more, where a file has no room for what is said and the line that asked', () => {
    const writer = startTrail({ policy: { maxBytes: 200, backups: 1, emptyFileRollover: false } });
    for (let count = 0; count < 5; count++) expect(writer.write(line, long)).toBe('written');
    expect(lines().at(-1)).toContain('x'.repeat(300));
    expect(lines().at(-2)).toEqual(note('retired'));
  });
});

describe('a checkpoint', () => {
  test('signs after so many lines, whoever writes the last of them', () => {
    const [one, other] = [startTrail({ checkpointEvery: 4 }), startTrail({ checkpointEvery: 4 })];
    one.write(line, line, line);
    other.write(line, line);
    expect(lines().map((each) => each.includes('checkpoint'))).toEqual([false, false, false, false, false, true]);
  });

  test('signs when it is asked for, and only where there is something new', () => {
    const writer = startTrail({ checkpointEvery: 1000 });
    writer.file.requestCheckpoint();
    expect(writer.file.isIdle).toBe(true);
    writer.write(line);
    for (let count = 0; count < 2; count++) {
      writer.file.requestCheckpoint();
      writer.file.flush(0);
    }
    expect(lines()).toEqual([expect.anything(), note('checkpoint')]);
  });

  test('is made once for a place in the trail, however often it has to be tried', () => {
    const made: string[] = [];
    const formatNote: LogFileOptions['formatNote'] = ({ type }) => {
      made.push(type);
      return `{"type": "${type}"}\n`;
    };
    const writer = startTrail({ checkpointEvery: 1000, formatNote });
    writer.write(line);
    writer.file.requestCheckpoint();
    for (const isRefused of [true, true, false]) {
      writer.process.refuse(isRefused ? ['append'] : [], 'EIO');
      log.disk.now += 10_000;
      writer.file.flush(0);
    }
    expect(made).toEqual(['checkpoint']);
    expect(broken()).toEqual([]);
  });
});
