import { ROOT_CONTEXT, SeverityNumber } from '@opentelemetry/api';
import * as fc from 'fast-check';
import http from 'node:http';
import { describe, expect, test } from 'vitest';

import type { CompletedRequest } from './completed-request.ts';
import { observeEachTest } from './each-test.test-setup.ts';
import { slowEndpointRecord } from './slow-endpoint-record.ts';
import { exchange, request } from './wire.test-setup.ts';

const thresholds = { slowMillis: 1000, verySlowMillis: 5000 };
const completed: CompletedRequest = {
  method: 'GET',
  path: '/users/7',
  route: '/users/:id',
  status: 200,
  durationMillis: 1234.567,
  context: ROOT_CONTEXT,
};

test.each<[millis: number, label: string | undefined]>([
  [0, undefined],
  [999.99, undefined],
  [1000, undefined],
  [1000.001, 'SLOW'],
  [1000.01, 'SLOW'],
  [5000, 'SLOW'],
  [5000.01, 'VERY SLOW'],
  [1e9, 'VERY SLOW'],
])('%d ms is %s', (durationMillis, label) => {
  const record = slowEndpointRecord({ ...completed, durationMillis }, thresholds);
  expect(record?.body).toBe(label && `${label}: GET /users/:id took ${durationMillis.toFixed(2)}ms`);
});

test('a slow one informs, a very slow one warns', () => {
  const [slow, verySlow] = [2000, 6000].map((durationMillis) =>
    slowEndpointRecord({ ...completed, durationMillis }, thresholds),
  );
  expect(slow).toMatchObject({
    concern: 'performance',
    severityNumber: SeverityNumber.INFO,
    eventName: 'performance.endpoint.slow',
    attributes: { 'sentrikat.duration_ms': 2000, 'sentrikat.endpoint': 'GET /users/:id', 'url.path': '/users/7' },
    context: ROOT_CONTEXT,
  });
  expect(verySlow).toMatchObject({
    severityNumber: SeverityNumber.WARN,
    eventName: 'performance.endpoint.very_slow',
  });
});

test('thresholds in the wrong order call everything above either by the worse name', () => {
  const record = slowEndpointRecord(completed, { slowMillis: 5000, verySlowMillis: 1000 });
  expect(record?.body).toMatch(/^VERY SLOW: /);
});

test('without a route the endpoint is the path', () => {
  expect(slowEndpointRecord({ ...completed, route: undefined }, thresholds)?.body).toContain(' GET /users/7 ');
});

test('no path passes for a second line, or for another message', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (method, path) => {
      const record = slowEndpointRecord({ ...completed, method, path, route: undefined }, thresholds);
      expect(record?.body).toMatch(/^SLOW: [!-~]+ [!-~]+ took 1234\.57ms$/);
    }),
  );
});

describe('of a real request', () => {
  const each = observeEachTest({ slowMillis: 40, verySlowMillis: 5000 });

  test('one that takes longer has a row, which belongs to its trace, and one that does not has none', async () => {
    const port = await each.serve(
      http.createServer(({ url }, response) => setTimeout(() => response.end(), url?.startsWith('/slow') ? 60 : 0)),
    );
    await exchange(port, request('GET /fast'));
    await exchange(port, request('GET /slow?token=secret'));
    await each.requests(2);
    const slow = each.observed.records.filter(({ concern }) => concern === 'performance');
    expect(slow.map(({ body }) => body)).toEqual([expect.stringMatching(/^SLOW: GET \/slow took \d\d\.\d\dms$/)]);
    const [, access] = each.observed.records;
    expect(slow[0]?.context).toBe(access?.context);
    expect(slow[0]?.attributes['sentrikat.duration_ms']).toBe(access?.attributes['sentrikat.duration_ms']);
  });
});
