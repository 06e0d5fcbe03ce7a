/** One server span for each request, by the conventions. */
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';

import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { describe, expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { connect, exchange, request } from './wire.test-setup.ts';

const each = observeEachTest();
const traceId = 'a'.repeat(32);
const spanId = 'b'.repeat(16);

async function spanOf(
  listener: RequestListener,
  bytes = request('GET /items/7?token=secret', { 'User-Agent': 'curl' }),
) {
  await exchange(await each.serve(http.createServer(listener)), bytes);
  const spans = await each.spans(1);
  expect(spans).toHaveLength(1);
  return spans[0]!;
}

const answer: RequestListener = (_, response) => response.end();

test('says what the conventions want, and no query', async () => {
  const span = await spanOf(answer);
  expect(span.kind).toBe(SpanKind.SERVER);
  expect(span.name).toBe('GET');
  expect(span.ended).toBe(true);
  expect(span.attributes).toEqual({
    'http.request.method': 'GET',
    'url.scheme': 'http',
    'url.path': '/items/7',
    'client.address': '127.0.0.1',
    'user_agent.original': 'curl',
    'network.protocol.version': '1.1',
    'http.response.status_code': 200,
  });
  expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
});

describe('its parent', () => {
  test.each([
    ['is the one in the trace context', `00-${traceId}-${spanId}-01`, spanId, 1],
    ['is one that is not sampled, whose child is not either, but recorded', `00-${traceId}-${spanId}-00`, spanId, 0],
  ])('%s', async (...[, traceparent, parent, flags]) => {
    const span = await spanOf(answer, request('GET /', { traceparent }));
    expect(span.spanContext().traceId).toBe(traceId);
    expect(span.parentSpanContext?.spanId).toBe(parent);
    expect(span.spanContext().traceFlags).toBe(flags);
  });

  test.each([['nothing'], ['00-zz-zz-01'], [`00-${'0'.repeat(32)}-${spanId}-01`], ['\xff'.repeat(100)]])(
    'is none where the trace context is %s',
    async (traceparent) => {
      expect((await spanOf(answer, request('GET /', { traceparent }))).parentSpanContext).toBeUndefined();
    },
  );

  test('is none of what goes on where the server was made', async () => {
    const server = http.createServer(answer);
    const ambient = trace.getTracer('test').startSpan('start-up');
    const port = await context.with(trace.setSpan(context.active(), ambient), () => each.serve(server));
    await exchange(port, request('GET /'));
    const [span] = await each.spans(1);
    expect(span?.parentSpanContext).toBeUndefined();
    ambient.end();
  });
});

describe('the record', () => {
  test('belongs to the trace of the span', async () => {
    const span = await spanOf(answer);
    expect(each.observed.records.map((record) => trace.getSpanContext(record.context!))).toEqual([span.spanContext()]);
  });

  test('of a request without a span belongs to no trace, whatever goes on meanwhile', async () => {
    const server = http.createServer();
    const ambient = trace.getTracer('test').startSpan('start-up');
    const port = await context.with(trace.setSpan(context.active(), ambient), () => each.serve(server));
    await exchange(port, request('FORGE /'));
    await each.requests(1);
    expect(each.observed.records.map((record) => trace.getSpanContext(record.context!))).toEqual([undefined]);
    ambient.end();
  });
});

describe('its name', () => {
  test.each([
    ['GET', 'GET'],
    ['QUERY', 'QUERY'],
    ['PROPFIND', 'HTTP'],
  ])('of %s is %s', async (method, name) => {
    expect((await spanOf(answer, request(`${method} /`))).name).toBe(name);
  });

  test('has the route that a framework’s instrumentation has left in the context', async () => {
    const span = await spanOf((_, response) => {
      getRPCMetadata(context.active())!.route = '/items/:id';
      response.end();
    });
    expect(span.name).toBe('GET /items/:id');
    expect(span.attributes['http.route']).toBe('/items/:id');
    expect(each.observed.records[0]?.attributes['http.route']).toBe('/items/:id');
  });

  test('has no part of a target that no route has taken', async () => {
    const span = await spanOf((_, response) => response.writeHead(404).end());
    expect(span.name).toBe('GET');
    expect(span.attributes).not.toHaveProperty('http.route');
  });

  test('survives a route that is none', async () => {
    const span = await spanOf((_, response) => {
      (getRPCMetadata(context.active()) as { route?: unknown }).route = /x/;
      response.end();
    });
    expect(span.name).toBe('GET');
  });
});

describe('its status', () => {
  test.each([
    [200, SpanStatusCode.UNSET, undefined],
    [404, SpanStatusCode.UNSET, undefined],
    [499, SpanStatusCode.UNSET, undefined],
    [500, SpanStatusCode.ERROR, '500'],
    [599, SpanStatusCode.ERROR, '599'],
  ])('of %i', async (status, code, errorType) => {
    const span = await spanOf((_, response) => response.writeHead(status).end());
    expect(span.status.code).toBe(code);
    expect(span.attributes['error.type']).toBe(errorType);
    expect(span.attributes['http.response.status_code']).toBe(status);
  });
});

test('ends with the request, once, also when that is abandoned', async () => {
  const server = http.createServer();
  const handled = once(server, 'request');
  const client = await connect(await each.serve(server));
  client.write(request('GET /'));
  await handled;
  expect(await each.spans(0)).toEqual([]);
  client.destroy();
  const [span, ...others] = await each.spans(1);
  expect(others).toEqual([]);
  expect(span?.attributes['http.response.status_code']).toBe(499);
});

test('takes no more of a huge field than the line does', async () => {
  const span = await spanOf(answer, request(`GET /${'a'.repeat(5000)}`, { 'User-Agent': 'b'.repeat(5000) }));
  expect(String(span.attributes['url.path'])).toHaveLength(1024);
  expect(String(span.attributes['user_agent.original'])).toHaveLength(1024);
});
