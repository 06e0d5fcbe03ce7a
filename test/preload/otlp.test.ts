/** What goes out over OTLP/HTTP: a copy of every record, with its identity; and nothing that holds the process up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { linesOf, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../instruments/otlp-receiver.ts';
import { preload, startProgram } from '../instruments/program.ts';

const program = `${import.meta.dirname}/fixtures/sends.cjs`;
let directory: string;
let receiver: OtlpReceiver;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'otlp-'));
});

afterEach(async () => {
  await receiver.close();
  rmSync(directory, { recursive: true });
});

function run(args: readonly string[], env: Record<string, string> = {}) {
  return startProgram({
    args: [...preload, program, ...args],
    env: {
      LOG_DIR: directory,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      ...env,
    },
  });
}

describe.each(['natural', 'SIGTERM'])('a process with a collector that ends: %s', (end) => {
  test('has sent every record, with the identity it has in the file', async () => {
    receiver = await startOtlpReceiver();
    const ending = await run([end]).ended();
    expect(ending).toMatchObject({
      stdout: 'done\n',
      stderr: '',
      ...(end === 'natural' ? { code: 0 } : { signal: end }),
    });
    const [written] = parseJsonLines(readLog(directory, 'audit'));
    const sent = receiver.logs.find(({ name }) => name === 'user.created');
    expect(sent).toMatchObject({ body: 'sent and written' });
    expect(sent?.attributes['log.record.uid']).toBe(written?.['id']);
    expect(written?.['id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(receiver.logs.find(({ name }) => name === 'http.server.request')).toMatchObject({
      attributes: { 'url.path': '/sent', 'client.address': '127.0.0.1' },
    });
  });

  test('has sent the spans of the request, without its query', async () => {
    receiver = await startOtlpReceiver();
    await run([end]).ended();
    expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(['GET', 'GET']);
    expect(JSON.stringify([receiver.spans, receiver.logs])).not.toContain('secret');
    const access = receiver.logs.find(({ name }) => name === 'http.server.request');
    expect(receiver.spans.map(({ traceId }) => traceId)).toContain(access?.traceId);
  });
});

test('a client that opts out of traces is in the files all the same, and its spans are not sent', async () => {
  receiver = await startOtlpReceiver();
  await run(['natural', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'], {
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
  }).ended();
  expect(linesOf(readLog(directory, 'access'))).toHaveLength(1);
  expect(receiver.logs.map(({ name }) => name)).toContain('http.server.request');
  expect(receiver.spans).toEqual([]);
});

test('protobuf is the default', async () => {
  receiver = await startOtlpReceiver();
  await run(['natural'], { OTEL_EXPORTER_OTLP_PROTOCOL: '' }).ended();
  expect([...receiver.contentTypes]).toEqual(['application/x-protobuf']);
});

test.each([
  ['logs', 'OTEL_LOGS_EXPORTER', 'spans'],
  ['traces', 'OTEL_TRACES_EXPORTER', 'logs'],
] as const)('%s are not sent where %s is none', async (...[, variable, other]) => {
  receiver = await startOtlpReceiver();
  await run(['natural'], { [variable]: 'none' }).ended();
  expect(receiver[other].length).toBeGreaterThan(0);
  expect(receiver[other === 'logs' ? 'spans' : 'logs']).toEqual([]);
});

test('gRPC is answered with what to set instead', async () => {
  receiver = await startOtlpReceiver();
  const ending = await run(['natural'], { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).ended();
  expect(ending.code).toBe(0);
  expect(ending.stderr).toMatch(
    /^OTLP_UNAVAILABLE: OTEL_EXPORTER_OTLP_PROTOCOL is "grpc".*\n.*\n {2}do .*http\/protobuf or http\/json\n/,
  );
});

describe.each(['refuses', 'hangs', 'is gone'] as const)('a collector that %s', (mood) => {
  test.each(['natural', 'SIGTERM'])('puts off the end (%s) by some seconds at most, and costs no line', async (end) => {
    receiver = await startOtlpReceiver(mood === 'is gone' ? 'takes' : mood);
    if (mood === 'is gone') await receiver.close();
    const running = run([end]);
    await running.printed(/done/);
    const since = performance.now();
    const ending = await running.ended();
    // Two seconds are what the end may wait for; the rest is for a busy machine. By themselves, retries go on for ten.
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(ending).toMatchObject({ stderr: '', ...(end === 'natural' ? { code: 0 } : { signal: end }) });
    expect(linesOf(readLog(directory, 'access'))).toHaveLength(1);
    expect(linesOf(readLog(directory, 'audit'))).toHaveLength(1);
  });
});
