/** What a line says of the request that it comes from, and what a client cannot put into it. */
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { parseJsonLines, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Program } from '../instruments/program.ts';

let directory: string;
let program: Program;
let port: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'origins-'));
  const args = [...preload, `${import.meta.dirname}/fixtures/origins.cjs`];
  program = startProgram({ args, env: { LOG_DIR: directory } });
  [, port = ''] = await program.printed(/listening on (\d+)/);
});

afterAll(async () => {
  await program.stop('SIGKILL');
  rmSync(directory, { recursive: true });
});

/** The attributes of the line that such a request leaves in audit.log. */
async function attributesOf(headers: Readonly<Record<string, string | readonly string[]>>): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    const options = { port, headers: headers as Record<string, string | string[]> };
    send(options, (response) => void response.resume().on('end', resolve))
      .on('error', reject)
      .end();
  });
  return parseJsonLines(readLog(directory, 'audit')).at(-1)?.['attributes'];
}

test('names request and session', async () => {
  const sessionHash = hash('sha256', 'sentrikat.session:its-own-s3cret').slice(0, 32);
  expect(await attributesOf({ 'x-request-id': 'req-1', session: 'its-own-s3cret', 'user-agent': 'curl/8' })).toEqual({
    'event.outcome': 'success',
    'http.request.id': 'req-1',
    'sentrikat.session.hash': sessionHash,
    'user_agent.original': 'curl/8',
  });
});

test('has the id of a session in no file', async () => {
  await attributesOf({ session: 'its-own-s3cret', cookie: 'connect.sid=its-own-s3cret' });
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name));
  const holders = files.filter((file) => statSync(file).isFile() && readFileSync(file).includes('its-own-s3cret'));
  expect(holders).toEqual([]);
  expect(readLog(directory, 'audit')).toContain('sentrikat.session.hash');
});

test.each<[string, string | readonly string[]]>([
  ['another field', 'a", "user_id": "1'],
  ['a tab and more', 'a\t[2026-01-01 00:00:00] ERROR in a (b:1): forged'],
  ['bytes that are no ASCII', 'caf\u00e9'],
  ['too much', 'x'.repeat(8_000)],
  ['two ids', ['a', 'b']],
])('names no request whose id is %s', async (...[, id]) => {
  expect(await attributesOf({ 'x-request-id': id })).toEqual({ 'event.outcome': 'success' });
});
