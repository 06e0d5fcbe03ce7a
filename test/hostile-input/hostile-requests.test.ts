/** A hostile client against a real Express server under the preload: one honest line a request, whatever it sends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  eventually,
  forbiddenLines,
  linesOf,
  parseAccessLine,
  readLog,
  type AccessLine,
} from '../instruments/log-files.ts';
import { preload, startProgram, type Program } from '../instruments/program.ts';
import { hostileRequests, type HostileRequest } from './hostile-requests.ts';
import { sendRaw } from './raw-connection.ts';

const server = `${import.meta.dirname}/fixtures/express-server.cjs`;
const directory = mkdtempSync(join(tmpdir(), 'hostile-requests-'));
let bare: Program;
let watched: Program;
let ports: { bare: number; watched: number };
let marks = 0;
let linesSeen = 0;

beforeAll(async () => {
  bare = startProgram({ args: [server] });
  watched = startProgram({ args: [...preload, server], env: { LOG_DIR: directory } });
  const [barePort, watchedPort] = await Promise.all(
    [bare, watched].map((program) => program.printed(/listening on (\d+)/)),
  );
  ports = { bare: Number(barePort?.[1]), watched: Number(watchedPort?.[1]) };
});

afterAll(async () => {
  await Promise.all([bare.stop('SIGTERM'), watched.stop('SIGTERM')]);
  rmSync(directory, { recursive: true });
});

test.each(hostileRequests.map((request) => [request.name, request] as const))('%s', async (...[, request]) => {
  const parts = partsOf(request);
  const unwatched = await sendRaw(ports.bare, parts, request.leaves ?? 'first');
  const { statuses } = await sendRaw(ports.watched, parts, request.leaves ?? 'first');
  expect(statuses).toEqual(unwatched.statuses);

  const final = statuses.filter((status) => status !== '100').map((status) => new RegExp(`^${status}$`));
  const expected = request.statuses ?? final;
  expect(expected).toHaveLength(request.lines);
  expect(await newLines()).toEqual(
    expected.map((status) => ({
      method: expect.stringMatching(request.method ?? /./),
      path: expect.stringMatching(request.path ?? /^[^?]+$/),
      status: expect.stringMatching(status),
      durationMillis: expect.any(Number),
      user: 'anonymous',
      ip: '127.0.0.1',
      userAgent: expect.stringMatching(request.userAgent ?? /./),
    })),
  );
});

test('no file holds a control character, and no secret', () => {
  expect(forbiddenLines(directory)).toEqual([]);
  expect(readLog(directory, 'access')).not.toMatch(/hunter2|token=secret/);
});

test('the server, after all of that, ends as it would have', async () => {
  const [expected, seen] = await Promise.all([bare.stop('SIGTERM'), watched.stop('SIGTERM')]);
  expect({ code: seen.code, signal: seen.signal, stderr: seen.stderr }).toEqual({
    code: expected.code,
    signal: expected.signal,
    stderr: expected.stderr,
  });
});

function partsOf({ bytes }: HostileRequest): Uint8Array[] {
  if (bytes instanceof Uint8Array) return [bytes];
  return [bytes].flat().map((part) => Buffer.from(part as string, 'latin1'));
}

/** Lines since the last call. An honest request afterwards marks the end: what its line precedes is all there is. */
async function newLines(): Promise<AccessLine[]> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const mark = `/mark-${marks++}`;
  await fetch(`http://127.0.0.1:${ports.watched}${mark}`, { headers: { connection: 'close' } });
  const lines = await eventually(() => {
    const all = linesOf(readLog(directory, 'access')).map(parseAccessLine);
    return all.some(({ path }) => path === mark) ? all : undefined;
  });
  const fresh = lines.slice(linesSeen);
  linesSeen = lines.length;
  expect(fresh.filter(({ path }) => path === mark)).toHaveLength(1);
  return fresh.filter(({ path }) => path !== mark);
}
