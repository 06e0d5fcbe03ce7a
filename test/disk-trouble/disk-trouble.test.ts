/** A disk that is full, and a folder that turns read-only, under a running service: what it feels (nothing) and what is lost (counted). */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually, parseJsonLines } from '../instruments/log-files.ts';
import { preload, startProgram, type Program } from '../instruments/program.ts';
import { mountPrivately, noPrivateMounts, type PrivateMount } from '../instruments/private-mount.ts';

const service = `${import.meta.dirname}/fixtures/counting-service.cjs`;
const reason = noPrivateMounts();
const MiB = 1024 * 1024;
/** Room for everything that waits in memory once the ballast is gone. */
const diskBytes = 32 * MiB;
const ballastBytes = 31 * MiB;
/** More than the free disk and the memory that may wait for it: about 30 MB. */
const tooMany = 100_000;

describe.skipIf(reason !== undefined)(`disk trouble${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let folder: string;
  let mount: PrivateMount;
  let program: Program | undefined;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'disk-trouble-'));
    mount = await mountPrivately(folder, diskBytes);
  });

  afterEach(async () => {
    await program?.stop('SIGKILL');
    await mount.end();
    rmSync(folder, { recursive: true });
  });

  async function startService(...args: string[]): Promise<(count: number) => Promise<number>> {
    program = startProgram({ args: [...preload, service, ...args], env: { LOG_DIR: folder }, wrapper: mount.wrapper });
    const [, port] = await program.printed(/listening on (\d+)/);
    return async (count) => {
      const answer = await fetch(`http://127.0.0.1:${port}/emit?count=${count}`, {
        method: 'POST',
        signal: AbortSignal.timeout(20_000),
      });
      return Number(await answer.text());
    };
  }

  /** Numbers of the records in audit.log and its backups, oldest first, and the sum of what the file says is missing. */
  function readAudit(): { numbers: number[]; missing: number } {
    const outside = mount.outside(folder);
    const files = readdirSync(outside).filter((name) => /^audit\.log(\.\d+)?$/.test(name));
    const messages = files
      .toSorted((left, right) => age(right) - age(left))
      .flatMap((name) => parseJsonLines(readFileSync(join(outside, name), 'utf8')))
      .map(({ message }) => String(message));
    const captured = (pattern: RegExp) => messages.flatMap((message) => pattern.exec(message)?.[1] ?? []).map(Number);
    return {
      numbers: captured(/^record (\d+) /),
      missing: captured(/^(\d+) records are missing/).reduce((sum, count) => sum + count, 0),
    };
  }

  const fill = () => writeFileSync(mount.outside(join(folder, 'ballast')), Buffer.alloc(ballastBytes));
  const free = () => rmSync(mount.outside(join(folder, 'ballast')));

  test('a full disk costs the service nothing, and afterwards the file says how many records are missing', async () => {
    const emit = await startService('--graceful');
    await emit(100);
    fill();
    await emit(tooMany);
    const started = performance.now();
    const duringTrouble = await emit(1);
    expect(performance.now() - started).toBeLessThan(2_000);
    free();
    await eventually(() => (readAudit().missing > 0 ? true : undefined), 30_000);
    const emitted = await emit(100);
    const ending = await program?.stop('SIGTERM');

    expect(duringTrouble).toBe(100 + tooMany + 1);
    const { numbers, missing } = readAudit();
    expect(numbers.length + missing).toBe(emitted);
    expect(missing).toBeGreaterThan(1000);
    expect(isAscending(numbers)).toBe(true);
    expect(numbers.slice(-100)).toEqual(Array.from({ length: 100 }, (...[, index]) => emitted - 100 + index));
    expect(ending).toMatchObject({ code: 7, signal: null });
    expect(warningsIn(ending?.stderr ?? '')).toHaveLength(1);
  });

  test('a process that ends while the disk is full ends at once, and as it would have', async () => {
    const emit = await startService();
    fill();
    await emit(tooMany);
    const started = performance.now();
    const ending = await program?.stop('SIGTERM');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(ending).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(warningsIn(ending?.stderr ?? '')).toHaveLength(1);
    expect(isAscending(readAudit().numbers)).toBe(true);
  });

  test('a disk that is full from the start does not keep the service from starting', async () => {
    fill();
    writeFileSync(mount.outside(join(folder, 'rest')), Buffer.alloc(MiB - 64 * 1024));
    const emit = await startService('--graceful');
    expect(await emit(2000)).toBe(2000);
    free();
    await eventually(() => (readAudit().numbers.length === 2000 ? true : undefined), 30_000);
    expect(await program?.stop('SIGTERM')).toMatchObject({ code: 7, signal: null });
  });

  test('a folder that turns read-only and back loses nothing', async () => {
    const emit = await startService('--graceful');
    await emit(100);
    await eventually(() => (readAudit().numbers.length === 100 ? true : undefined));
    mount.run('mount', '-t', 'tmpfs', '-o', 'ro,size=64k', 'none', folder);
    await emit(1000);
    await program?.printed(/^[A-Z_]+: /m);
    await emit(1000);
    mount.run('umount', folder);
    await eventually(() => (readAudit().numbers.length === 2100 ? true : undefined), 30_000);
    const ending = await program?.stop('SIGTERM');
    expect(readAudit()).toEqual({ numbers: Array.from({ length: 2100 }, (...[, index]) => index), missing: 0 });
    expect(ending).toMatchObject({ code: 7, signal: null });
    expect(warningsIn(ending?.stderr ?? '')).toHaveLength(1);
  });
});

/** 0 for the file itself, then the number of the backup. */
function age(name: string): number {
  return Number(name.split('.')[2] ?? 0);
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}

/** First lines of messages in the product's form: `CODE: what`. */
function warningsIn(stderr: string): string[] {
  return stderr.split('\n').filter((line) => /^[A-Z][A-Z_]+: /.test(line));
}
