import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Trail } from './trail.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'synced-file-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  vi.resetModules();
});

/** The trails with a disk whose syncs are counted. */
async function load() {
  const { syncsSoFar } = await import('./count-syncs.ts');
  return { ...(await import('./synced-file.ts')), syncsSoFar };
}

function sequencesOnDisk(): readonly number[] {
  const lines = readFileSync(join(directory, 'audit.log'), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => Number(/seq=(\d+)/.exec((JSON.parse(line) as { message: string }).message)?.[1]));
}

async function recordTwice(trail: Trail, callers: number): Promise<void> {
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      await trail.record(caller);
      await trail.record(callers + caller);
    }),
  );
}

test('a group commit syncs once for all who wait', async () => {
  const { openGroupCommit, syncsSoFar } = await load();
  const trail = await openGroupCommit(directory);
  const before = syncsSoFar();
  await recordTwice(trail, 64);
  expect(syncsSoFar() - before).toBe(2);
  expect(sequencesOnDisk()).toEqual(Array.from({ length: 128 }, (_, index) => index));
});

test('a sync per record is one for each', async () => {
  const { openSyncPerRecord, syncsSoFar } = await load();
  const trail = await openSyncPerRecord(directory);
  const before = syncsSoFar();
  await recordTwice(trail, 8);
  expect(syncsSoFar() - before).toBe(16);
  expect(sequencesOnDisk().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, index) => index));
});

test('a record is on the disk when its caller is told', async () => {
  const { openGroupCommit } = await load();
  const trail = await openGroupCommit(directory);
  await trail.record(7);
  expect(sequencesOnDisk()).toEqual([7]);
});

test('callers are told of a failure', async () => {
  const { openGroupCommit } = await load();
  const trail = await openGroupCommit(directory);
  await trail.close();
  await expect(trail.record(7)).rejects.toThrow('EBADF');
});
