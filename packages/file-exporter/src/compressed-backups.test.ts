/** Compression of backups, through the processor and on a real disk. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, expect, test } from 'vitest';

import { concerns } from './concerns.ts';
import { FileLogRecordProcessor } from './file-log-record-processor.ts';
import type { LogFilesOptions } from './log-files.ts';
import { eachTestHasAPlace } from './logs-sdk.test-setup.ts';
import { hashOfLine, sealOfLine, trailStart } from './trail/seal.ts';

const place = eachTestHasAPlace();
const opened: FileLogRecordProcessor[] = [];

const end = () => Promise.all(opened.splice(0).map((processor) => processor.shutdown()));

afterEach(end);

function open(backups: number, options: Partial<LogFilesOptions> = {}): (body: string) => Promise<void> {
  const processor = new FileLogRecordProcessor({
    directory: place.directory,
    onEvent: (event) => place.events.push(event),
    concerns: concerns.map((row) => ({ ...row, maxBytes: 1000, backups })),
    compressBackups: true,
    ...options,
  });
  opened.push(processor);
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('a-scope', '1', { attributes: { 'sentrikat.concern': 'audit' } });
  return (body) => processor.writeDurably(() => logger.emit({ severityNumber: 9, body }));
}

function files(): string[] {
  return readdirSync(place.directory)
    .filter((name) => name.startsWith('audit.log'))
    .toSorted((left, right) => numberOf(left) - numberOf(right));
}

function numberOf(name: string): number {
  return Number(name.split('.')[2] ?? 0);
}

/** Of all files, oldest first. */
function lines(): string[] {
  return files()
    .toReversed()
    .flatMap((name) => {
      const bytes = readFileSync(join(place.directory, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').slice(0, -1);
    });
}

function isChain(all: readonly string[], before = trailStart): boolean {
  let head = before;
  return all.every((line) => {
    const seal = sealOfLine(line);
    const follows = seal?.seq === head.seq + 1 && seal.prevHash === head.hash;
    head = { seq: head.seq + 1, hash: hashOfLine(line) };
    return follows;
  });
}

const allCompressed = (name: string): boolean => /^audit\.log(\.1|\.\d+\.gz)?$/.test(name);

test('compresses backups from the second on, and nothing is lost or confused by it', async () => {
  const record = open(50);
  for (let index = 0; index < 60; index++) await record(`record ${index}`);
  await expect.poll(() => files().every(allCompressed)).toBe(true);
  expect(files().length).toBeGreaterThan(10);
  expect(files().slice(0, 4)).toEqual(['audit.log', 'audit.log.1', 'audit.log.2.gz', 'audit.log.3.gz']);
  expect(lines().filter((line) => line.includes('"record '))).toHaveLength(60);
  expect(isChain(lines())).toBe(true);
  expect(place.events).toEqual([]);
});

test('keeps as many as it is to keep, and tells the trail what went', async () => {
  const record = open(3);
  for (let index = 0; index < 40; index++) {
    await record(`record ${index}`);
    await expect.poll(() => files().every(allCompressed)).toBe(true);
  }
  expect(files()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2.gz', 'audit.log.3.gz']);
  const all = lines();
  const first = sealOfLine(all[0] ?? '');
  const retired = all
    .map((line) => JSON.parse(line) as { event: string; attributes: Record<string, unknown> })
    .findLast(({ event }) => event === 'audit.retired')?.attributes;
  expect(retired).toMatchObject({ last_seq: (first?.seq ?? 0) - 1, last_hash: first?.prevHash });
  expect(isChain(all, { seq: (first?.seq ?? 0) - 1, hash: first?.prevHash ?? '' })).toBe(true);
});

test('carries over the mode', async () => {
  const record = open(50);
  for (let index = 0; index < 12; index++) await record(`record ${index}`);
  await expect.poll(() => existsSync(join(place.directory, 'audit.log.2.gz'))).toBe(true);
  expect(statSync(join(place.directory, 'audit.log.2.gz')).mode & 0o777).toBe(0o640);
});

test('what a process has left that died in the middle of it is put right', async () => {
  const before = open(50, { compressBackups: false });
  for (let index = 0; index < 12; index++) await before(`record ${index}`);
  // Compressed, and not yet removed; and another that it had only begun.
  const twin = join(place.directory, 'audit.log.2');
  writeFileSync(`${twin}.gz`, gzipSync(readFileSync(twin)));
  writeFileSync(join(place.directory, '.sentrikat', 'audit.log.gz'), 'half of it');
  const record = open(50);
  for (let index = 12; index < 24; index++) await record(`record ${index}`);
  await expect.poll(() => files().every(allCompressed)).toBe(true);
  expect(lines().filter((line) => line.includes('"record '))).toHaveLength(24);
  expect(isChain(lines())).toBe(true);
});

test('a trail goes on from a compressed backup, where nothing newer is left', async () => {
  const before = open(50);
  for (let index = 0; index < 12; index++) await before(`record ${index}`);
  await expect.poll(() => files().every(allCompressed)).toBe(true);
  await end();
  rmSync(join(place.directory, 'audit.log'));
  rmSync(join(place.directory, 'audit.log.1'));
  const last = sealOfLine(lines().at(-1) ?? '');
  await open(50)('after');
  expect(sealOfLine(lines().at(-1) ?? '')?.seq).toBe((last?.seq ?? 0) + 1);
  expect(isChain(lines())).toBe(true);
});

test('where it cannot be done the backups stay, and somebody is told', async () => {
  mkdirSync(join(place.directory, '.sentrikat', 'audit.log.gz'), { recursive: true });
  const record = open(50);
  for (let index = 0; index < 12; index++) await record(`record ${index}`);
  await expect.poll(() => place.events.map(({ type }) => type)).toContain('uncompressed');
  expect(files()).toContain('audit.log.2');
  expect(isChain(lines())).toBe(true);
});

test('a process that compresses nothing moves what others have compressed, and nobody takes two backups for one', async () => {
  for (const [round, compressBackups] of [true, false, true].entries()) {
    const record = open(50, { compressBackups });
    for (let index = 0; index < 16; index++) await record(`record ${round * 16 + index}`);
    await expect.poll(() => files().every(compressBackups ? allCompressed : () => true)).toBe(true);
    await end();
  }
  expect(lines().filter((line) => line.includes('"record '))).toHaveLength(48);
  expect(isChain(lines())).toBe(true);
});
