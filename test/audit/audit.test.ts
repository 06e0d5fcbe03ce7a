/** `await audit.record()` in real services under the preload: what is acknowledged is on the disk, and what is not is known. */
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { mountPrivately, noPrivateMounts } from '../instruments/private-mount.ts';
import { eventually, parseDetailed, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Program } from '../instruments/program.ts';
import { readTrail } from './trail.ts';

const fixtures = `${import.meta.dirname}/fixtures`;
/** By its path, as the services run in a directory of their own. */
const register = createRequire(import.meta.url).resolve('@sentrikat/instrumentation/register');
const service = `${fixtures}/auditing-service.cjs`;
let directory: string;
let programs: Program[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'audit-'));
  programs = [];
});

afterEach(async () => {
  await Promise.all(programs.map((program) => program.stop('SIGKILL')));
  rmSync(directory, { recursive: true, force: true });
});

interface Service {
  readonly program: Program;
  readonly record: (query: Record<string, string>) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function startService(
  env: Record<string, string> = {},
  { workers = 0, wrapper = [] as readonly string[], cwd = directory } = {},
): Promise<Service> {
  const args = ['--require', register, service];
  const program = startProgram({
    args: [...args, String(workers)],
    env: { LOG_DIR: directory, ...env },
    wrapper,
    cwd,
  });
  programs.push(program);
  const [, port] = await program.printed(/listening on (\d+)/);
  const record = async (query: Record<string, string>): Promise<Answer> => {
    const url = `http://127.0.0.1:${port}/?${new URLSearchParams(query).toString()}`;
    const answer = await fetch(url, { method: 'POST', headers: { 'user-agent': 'an-auditor' } });
    return { status: answer.status, text: await answer.text() };
  };
  return { program, record };
}

/** A file in the place of a directory: root may not write there either. */
function blockedDirectory(): string {
  writeFileSync(join(directory, 'blocked'), '');
  return join(directory, 'blocked', 'logs');
}

const onRecord = { status: 201, text: 'on record' };

test('a line says who, from where, what and what has changed, and holds no secret', async () => {
  const { record } = await startService();
  expect(await record({ id: '5', user: '42', password: 'new s3cret' })).toEqual(onRecord);
  const [line] = readTrail(directory);
  expect(line).toMatchObject({
    level: 'INFO',
    logger: 'audit',
    message: 'UPDATE users:5',
    user_id: '42',
    ip_address: '127.0.0.1',
    action: 'UPDATE',
    resource: 'users:5',
    old_value: { role: 'user', password: '[redacted]' },
    new_value: { role: 'admin', password: '[redacted]' },
    event: 'user.updated',
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    attributes: { 'event.outcome': 'success', 'user_agent.original': 'an-auditor', 'sentrikat.redacted_values': 2 },
  });
  expect(readLog(directory, 'audit')).not.toContain('s3cret');
});

test('what was acknowledged is there after a SIGKILL of four workers that all wrote', async () => {
  const { program, record } = await startService({ SENTRIKAT_AUDIT_MAX_BYTES: '20000' }, { workers: 4 });
  const answers = Array.from({ length: 400 }, (...[, index]) => record({ id: String(index), password: 'x' }));
  await Promise.all(answers.slice(0, 300));
  program.child.kill('SIGKILL');
  const settled = await Promise.allSettled(answers);
  const acknowledged = settled.flatMap((answer, index) =>
    answer.status === 'fulfilled' && answer.value.status === 201 ? [`UPDATE users:${index}`] : [],
  );
  const messages = readTrail(directory).map(({ message }) => message);
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  expect(acknowledged.filter((message) => !messages.includes(message))).toEqual([]);
  expect(new Set(messages).size).toBe(messages.length);
});

test('a process that does nothing but await a record lives until it is there', async () => {
  const program = startProgram({ args: [...preload, `${fixtures}/one-record.mjs`], env: { LOG_DIR: directory } });
  expect(await program.ended()).toMatchObject({ code: 0, stdout: 'on record\n', stderr: '' });
  expect(readTrail(directory)).toMatchObject([{ message: 'DELETE settings:theme', user_id: 'cli' }]);
});

test('without the preload it does nothing, and where that must not be, rejects', async () => {
  const args = [`${fixtures}/one-record.mjs`];
  expect(await startProgram({ args }).ended()).toMatchObject({ code: 0, stdout: 'on record\n' });
  const closed = await startProgram({ args, env: { SENTRIKAT_AUDIT_FAIL_CLOSED: 'true' } }).ended();
  expect(closed).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('AUDIT_NOT_RUNNING: DELETE settings:theme'),
  });
});

test('a file that was moved away or removed is replaced before anything is acknowledged, and its numbers go on', async () => {
  const { record } = await startService();
  await record({ id: '1', password: 'x' });
  renameSync(join(directory, 'audit.log'), join(directory, 'audit.log.1'));
  expect(await record({ id: '2', password: 'x' })).toEqual(onRecord);
  expect(readTrail(directory).map(({ message }) => message)).toEqual(['UPDATE users:1', 'UPDATE users:2']);
  rmSync(join(directory, 'audit.log'));
  rmSync(join(directory, 'audit.log.1'));
  expect(await record({ id: '3', password: 'x' })).toEqual(onRecord);
  expect(readLog(directory, 'audit')).toMatch(/"UPDATE users:3".*"seq": 3, /);
});

describe('where the log directory cannot be written', () => {
  test('the fallback directory takes the records', async () => {
    const { record } = await startService({ LOG_DIR: blockedDirectory() });
    expect(await record({ id: '1', password: 'x' })).toEqual(onRecord);
    expect(readTrail(join(directory, 'logs'))).toHaveLength(1);
  });

  test('and does not where that would be the wrong place', async () => {
    const { record } = await startService({ LOG_DIR: blockedDirectory(), SENTRIKAT_AUDIT_FAIL_CLOSED: 'true' });
    expect(await record({ id: '1', password: 'x' })).toEqual({
      status: 503,
      text: expect.stringMatching(/^AUDIT_NOT_RECORDED: UPDATE users:1 is not in the audit trail \(NOT_IN_DIRECTORY: /),
    });
    expect(readLog(join(directory, 'logs'), 'audit')).toBe('');
  });
});

const reason = noPrivateMounts();
test.skipIf(reason !== undefined)(
  `rejects while the disk is full, and what was rejected is not written later${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async () => {
    const folder = join(directory, 'small');
    mkdirSync(folder);
    const mount = await mountPrivately(folder, 2 * 1024 * 1024);
    try {
      const { record } = await startService({ LOG_DIR: folder }, { wrapper: mount.wrapper, cwd: import.meta.dirname });
      expect(await record({ id: '1', password: 'x' })).toEqual(onRecord);
      const ballast = mount.outside(join(folder, 'ballast'));
      mount.run('sh', '-c', `dd if=/dev/zero of=${join(folder, 'ballast')} bs=4096 2>/dev/null; true`);
      let refused: Answer = onRecord;
      // What is left of the last page takes a few lines.
      for (let id = 2; refused.status === 201; id++) refused = await record({ id: String(id), password: 'x' });
      expect(refused.text).toMatch(/^AUDIT_NOT_RECORDED: .*ENOSPC/);
      expect(await record({ id: 'refused', password: 'x' })).toMatchObject({ status: 503 });
      rmSync(ballast);
      expect(await record({ id: 'after', password: 'x' })).toEqual(onRecord);
      const messages = readTrail(mount.outside(folder)).map(({ message }) => message);
      expect(messages.at(-1)).toBe('UPDATE users:after');
      expect(messages).not.toContain('UPDATE users:refused');
    } finally {
      await Promise.all(programs.splice(0).map((program) => program.stop('SIGKILL')));
      await mount.end();
    }
  },
);

test('signs checkpoints in the trail, and leaves copies outside of it', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(directory, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const { program, record } = await startService({
    SENTRIKAT_AUDIT_SIGNING_KEY: 'key.pem',
    SENTRIKAT_AUDIT_CHECKPOINT_LINES: '5',
  });
  for (let id = 0; id < 12; id++) await record({ id: String(id), password: 'x' });
  await program.stop('SIGTERM');
  const checkpoints = readTrail(directory).filter(({ event }) => event === 'audit.checkpoint');
  // After the 5th and the 10th line, counting checkpoints themselves, and at the end.
  expect(checkpoints.map(({ seq }) => seq)).toEqual([6, 11, 15]);
  for (const { seq, prev_hash, timestamp, attributes } of checkpoints) {
    const { signature } = attributes as { readonly signature: string };
    const signed = `sentrikat audit checkpoint v1\n${seq}\n${prev_hash}\n${String(timestamp)}`;
    expect(verify(null, Buffer.from(signed), createPublicKey(privateKey), Buffer.from(signature, 'base64'))).toBe(true);
  }
  const copies = await eventually(() => {
    const found = parseDetailed(readLog(directory, 'application')).flatMap(
      ({ message }) => /^checkpoint of the audit trail: (.*)$/.exec(message)?.[1] ?? [],
    );
    return found.length === checkpoints.length ? found : undefined;
  });
  expect(copies.map((copy) => (JSON.parse(copy) as { seq: number }).seq)).toEqual([6, 11, 15]);
});

test('a key that is none is complained about, and the trail goes without checkpoints', async () => {
  writeFileSync(join(directory, 'key.pem'), 'no key');
  const { program, record } = await startService({ SENTRIKAT_AUDIT_SIGNING_KEY: 'key.pem' });
  expect(await record({ id: '1', password: 'x' })).toEqual(onRecord);
  const { stderr } = await program.stop('SIGTERM');
  expect(stderr).toMatch(/^SIGNING_KEY_UNUSABLE: SENTRIKAT_AUDIT_SIGNING_KEY is "key.pem", which cannot be used/);
});
