/** Which files are read, which are not, and what happens to those that are moved meanwhile. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { nodeFileSystem, type FileSystem } from '../disk/file-system.ts';
import type { TrailFinding } from './finding.ts';
import { verifyTrail, type TrailSummary, type VerifyTrailOptions } from './verify-trail.ts';
import { namesByAge, shown, verify, writeTrail } from './written-trail.test-setup.ts';

const { contents } = writeTrail({ maxBytes: 3_000, backups: 20, checkpointEvery: 0 }, [{ records: 60 }]);
let directory: string;
let findings: TrailFinding[];
/** Descriptors that are open. */
let open: Set<number>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trail-'));
  for (const [name, bytes] of contents) writeFileSync(join(directory, name), bytes);
  findings = [];
  open = new Set();
});

afterEach(() => {
  rmSync(directory, { recursive: true });
  if (open.size > 0) throw new Error(`left open: ${[...open].join()}`);
});

function openForReading(path: string): number | undefined {
  const descriptor = nodeFileSystem.openForReading(path);
  if (descriptor !== undefined) open.add(descriptor);
  return descriptor;
}

function close(descriptor: number): void {
  open.delete(descriptor);
  nodeFileSystem.close(descriptor);
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

function withoutChecksum(bytes: Buffer): Buffer {
  return Buffer.concat([gzipSync(bytes).subarray(0, -8), Buffer.alloc(8)]);
}

function enough(): never {
  throw new Error('enough');
}

/** On the real disk, with faults. */
function verifyHere(
  faults: Partial<FileSystem> = {},
  options: Partial<VerifyTrailOptions> = {},
): Promise<TrailSummary> {
  return verifyTrail(
    { path: join(directory, 'audit.log'), onFinding: (finding) => void findings.push(finding), ...options },
    { fileSystem: { ...nodeFileSystem, openForReading, close, ...faults }, wait: () => Promise.resolve() },
  );
}

describe('nothing but regular files is read', () => {
  test.each([
    ['a link', (path: string) => symlinkSync(join(directory, 'elsewhere'), path)],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => execFileSync('python3', ['-c', 'import os, sys; os.mkfifo(sys.argv[1])', path])],
  ])('so %s is a breach, and what it stands for is missing', async (_, make) => {
    renameSync(join(directory, 'audit.log.2'), join(directory, 'elsewhere'));
    make(join(directory, 'audit.log.2'));
    const summary = await verifyHere();
    expect(shown(findings)).toEqual(['not-a-regular-file audit.log.2:0', 'backup-missing audit.log.1:1']);
    expect(summary).toMatchObject({ isWhole: false, files: contents.size - 1 });
  });

  test('nor a link at the newest file’s name', async () => {
    renameSync(join(directory, 'audit.log'), join(directory, 'elsewhere'));
    symlinkSync(join(directory, 'elsewhere'), join(directory, 'audit.log'));
    await verifyHere();
    expect(shown(findings)).toEqual(['not-a-regular-file audit.log:0']);
  });
});

test('files with other names are nobody’s business', async () => {
  for (const name of [
    'audit.log.torn',
    'audit.log.01',
    'audit.log.1.bak',
    'audit.log.gz',
    'old-audit.log',
    'audit.log.0',
  ])
    writeFileSync(join(directory, name), 'x');
  expect((await verifyHere()).files).toBe(contents.size);
  expect(findings).toEqual([]);
});

test('many backups are taken in the order of their numbers, not of their names', async () => {
  for (const [index, name] of namesByAge(contents).entries())
    renameSync(join(directory, name), join(directory, `x${String(index)}`));
  const count = contents.size;
  for (let index = 0; index < count; index++) {
    const number = (count - 1 - index) * 4;
    renameSync(
      join(directory, `x${String(index)}`),
      join(directory, number === 0 ? 'audit.log' : `audit.log.${number}`),
    );
  }
  expect((await verifyHere()).isWhole).toBe(true);
});

describe('a file that cannot be read to its end', () => {
  test('is told of as far as it was read, and the rest is missing', async () => {
    let reads = 0;
    const read: FileSystem['read'] = (descriptor, into, position) => {
      if (reads++ === 1) throw failure('EIO');
      return nodeFileSystem.read(descriptor, into, position);
    };
    await verifyHere({ read });
    const second = namesByAge(contents)[1]!;
    expect(shown(findings)).toEqual([`unreadable ${second}:0`, expect.stringMatching(/^backup-missing audit/)]);
    expect(findings[0]?.message).toContain('EIO: injected');
  });

  test('or cannot be opened, is told of as well', async () => {
    await verifyHere({
      openForReading(path) {
        if (path.endsWith('.2')) throw failure('EACCES');
        return openForReading(path);
      },
    });
    expect(shown(findings)).toEqual(['unreadable audit.log.2:0', 'backup-missing audit.log.1:1']);
  });

  test.each([
    ['is no gzip', (bytes: Buffer): Buffer => bytes],
    ['ends too early', (bytes: Buffer) => gzipSync(bytes).subarray(0, -20)],
    ['has a wrong checksum', withoutChecksum],
  ])('because what was compressed %s, is told of', async (_, compress) => {
    const name = namesByAge(contents)[1]!;
    const broken = new Map([...contents].filter(([other]) => other !== name));
    broken.set(`${name}.gz`, compress(contents.get(name)!));
    const verification = await verify(broken);
    expect(verification.breaches.map(({ kind, file }) => `${kind} ${file}`)).toContain(`unreadable ${name}.gz`);
  });
});

describe('while writers rename files', () => {
  test('looks until nothing is renamed in between', async () => {
    let looks = 0;
    const list: FileSystem['list'] = (path) => {
      // Between a look and the next, before and after the files are opened, the oldest backup moves on, four times.
      if (looks++ < 4)
        renameSync(
          join(directory, looks === 1 ? namesByAge(contents)[0]! : `audit.log.${50 + looks - 1}`),
          join(directory, `audit.log.${50 + looks}`),
        );
      return nodeFileSystem.list(path);
    };
    expect(await verifyHere({ list })).toMatchObject({ isWhole: true, files: contents.size });
    expect(looks).toBeGreaterThan(4);
  });

  test.each([
    ['is gone', () => undefined],
    ['is another file', () => openForReading(join(directory, 'audit.log'))],
  ])('begins again where what it opens %s', async (_, openOther) => {
    let opened = 0;
    const openOnce: FileSystem['openForReading'] = (path) => (opened++ === 2 ? openOther() : openForReading(path));
    expect(await verifyHere({ openForReading: openOnce })).toMatchObject({ isWhole: true, files: contents.size });
    expect(opened).toBe(3 + contents.size);
  });

  test('gives up, and says so, when that never ends', async () => {
    let looks = 0;
    const list: FileSystem['list'] = (path) => {
      const [from, to] = looks++ % 2 === 0 ? ['1', '99'] : ['99', '1'];
      renameSync(join(directory, `audit.log.${from}`), join(directory, `audit.log.${to}`));
      return nodeFileSystem.list(path);
    };
    await expect(verifyHere({ list })).rejects.toThrow(
      /^TRAIL_UNSTEADY: the files of ".*audit\.log" are renamed faster/,
    );
  });

  test('waits for the newest file while a rotation has it renamed', async () => {
    renameSync(join(directory, 'audit.log'), join(directory, 'new'));
    let looks = 0;
    const list: FileSystem['list'] = (path) => {
      if (looks++ === 3) renameSync(join(directory, 'new'), join(directory, 'audit.log'));
      return nodeFileSystem.list(path);
    };
    expect((await verifyHere({ list })).isWhole).toBe(true);
    expect(findings).toEqual([]);
  });

  test('waits until the trail has been told what a rotation took from it', async () => {
    mkdirSync(join(directory, '.sentrikat'));
    const intent = join(directory, '.sentrikat', 'audit.log.intent');
    writeFileSync(intent, '{"moves": [], "retiring": []}');
    let looks = 0;
    const list: FileSystem['list'] = (path) => {
      if (looks++ === 3) rmSync(intent);
      return nodeFileSystem.list(path);
    };
    expect((await verifyHere({ list })).isWhole).toBe(true);
    expect(looks).toBe(5);
  });

  test.each([
    ['is far too large, and is not read', 'x'.repeat(300_000), { readFile: enough }],
    ['says nothing', '{"moves": [], "retiring": [{"file": "audit.log.9"}]}', {}],
  ])('does not wait for ever, nor for an intent that %s', async (_, text, faults) => {
    mkdirSync(join(directory, '.sentrikat'));
    writeFileSync(join(directory, '.sentrikat', 'audit.log.intent'), text);
    expect((await verifyHere(faults)).isWhole).toBe(true);
    expect(findings).toEqual([]);
  });

  test('reads what it has opened, though retention removes it meanwhile', async () => {
    let isFirst = true;
    const read: FileSystem['read'] = (descriptor, into, position) => {
      if (isFirst) for (const name of contents.keys()) rmSync(join(directory, name));
      isFirst = false;
      return nodeFileSystem.read(descriptor, into, position);
    };
    expect(await verifyHere({ read })).toMatchObject({ isWhole: true, lines: 60 });
  });
});

test('progress is told up to the last byte, and what a callback throws ends it', async () => {
  const total = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
  const heard: number[] = [];
  await verifyHere({}, { onProgress: ({ bytes, totalBytes }) => void heard.push(bytes, totalBytes) });
  expect(heard.filter((_, index) => index % 2 === 1)).toEqual([...contents].map(() => total));
  const bytes = heard.filter((_, index) => index % 2 === 0);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  expect(bytes.at(-1)).toBe(total);
  await expect(verifyHere({}, { onProgress: enough })).rejects.toThrow('enough');
});

test('a directory that is not there rejects', async () => {
  await expect(verifyHere({}, { path: join(directory, 'nowhere', 'audit.log') })).rejects.toThrow('ENOENT');
});
