import { context, ROOT_CONTEXT, trace, type Attributes, type Context, type LogRecord } from '@opentelemetry/api';
import { LoggerProvider, type LogRecordLimits, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import * as fc from 'fast-check';
import { expect, test, vi } from 'vitest';

import { attributeOf, putAttribute, type ListedRecord } from '../attribute-list.ts';
import { FastLogRecord } from './fast-log-record.ts';
import { FastPath } from './fast-path.ts';

const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

/** A processor that keeps what it is given. */
class Kept implements LogRecordProcessor {
  readonly records: ReadWriteLogRecord[] = [];
  readonly contexts: (Context | undefined)[] = [];
  enabled = vi.fn<() => boolean>(() => true);
  shutdown = vi.fn<() => Promise<void>>(async () => {});
  forceFlush = vi.fn<() => Promise<void>>(async () => {});

  onEmit(record: ReadWriteLogRecord, recordContext?: Context): void {
    this.records.push(record);
    this.contexts.push(recordContext);
  }
}

function start(logRecordLimits: LogRecordLimits = {}, before: readonly LogRecordProcessor[] = []) {
  const kept = new Kept();
  const path = new FastPath([...before, kept], logRecordLimits);
  const sdk = new LoggerProvider({ processors: [path], logRecordLimits });
  return { kept, sdk, provider: path.through(sdk) };
}

/** What there is to read of a record, however it came about. */
function contentOf(record: ReadWriteLogRecord | undefined) {
  if (record === undefined) return undefined;
  const { hrTime, hrTimeObserved, severityText, severityNumber, body, eventName, droppedAttributesCount } = record;
  const { attributes, instrumentationScope, resource } = record;
  const times = { hrTime, hrTimeObserved };
  const said = { severityText, severityNumber, body, eventName, spanContext: record.spanContext };
  return { ...times, ...said, droppedAttributesCount, attributes, instrumentationScope, resource };
}

const scalar = fc.oneof(fc.string(), fc.double(), fc.boolean());
const odd = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 1n, Symbol.iterator, () => 1, new Date(0), new Uint8Array([1])),
  fc.array(fc.oneof(scalar, fc.constant(null))),
  fc.object({ maxDepth: 2 }),
);
function withoutPrototype(attributes: LogRecord['attributes'] = {}): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== '__proto__'));
}

const key = fc.oneof(fc.string(), fc.constant('__proto__'));
const anyAttributes = fc.oneof(
  fc.dictionary(key, scalar, { noNullPrototype: true }),
  fc.dictionary(key, fc.oneof(scalar, fc.constant(undefined)), { noNullPrototype: true }),
  fc.dictionary(key, fc.oneof(scalar, scalar, scalar, odd), { noNullPrototype: true }),
  fc.nat({ max: 130 }).map((count) => Object.fromEntries(Array.from({ length: count }, (...[, n]) => [`key${n}`, n]))),
);
const time = fc.oneof(
  fc.constantFrom(null, undefined, 0, 5, new Date(Number.NaN), [1, 2] as const),
  fc.date({ noInvalidDate: true }),
  fc.nat().map((millis) => Date.now() + millis / 3),
);
const record = fc.record(
  {
    timestamp: time,
    observedTimestamp: time,
    attributes: anyAttributes,
    body: fc.oneof(scalar, odd),
    severityNumber: fc.nat({ max: 24 }),
    severityText: fc.string(),
    eventName: fc.string(),
    exception: fc.constantFrom<unknown>(undefined, null, new TypeError('a'), 'b', {}),
    context: fc.constantFrom(ROOT_CONTEXT, trace.setSpanContext(ROOT_CONTEXT, spanContext)),
  },
  { requiredKeys: [] },
) as unknown as fc.Arbitrary<LogRecord>;

test.each<[string, LogRecordLimits]>([
  ['none', {}],
  ['few and short attributes', { attributeCountLimit: 3, attributeValueLengthLimit: 4 }],
])('a record is what the SDK makes of it, with limits: %s', (...[, limits]) => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { kept, sdk, provider } = start(limits);
  const [plain, fast] = [sdk.getLogger('a', '1'), provider.getLogger('a', '1')];
  fast.emit({});
  let taken = 0;
  fc.assert(
    fc.property(record, (each) => {
      kept.records.length = 0;
      plain.emit('attributes' in each ? { ...each, attributes: withoutPrototype(each.attributes) } : each);
      fast.emit(each);
      const [expected, actual] = kept.records;
      expect(contentOf(actual)).toEqual(contentOf(expected));
      expect(Object.keys(actual!.attributes)).toEqual(Object.keys(expected!.attributes));
      if (actual instanceof FastLogRecord) taken++;
    }),
    { numRuns: 1_000 },
  );
  // Neither all nor none.
  expect(taken).toBeGreaterThan(50);
  expect(taken).toBeLessThan(950);
  vi.useRealTimers();
});

test('takes every record but the first of a logger, whose scope and resource they share', () => {
  const { kept, provider } = start();
  const scope = ['shop', '1', { attributes: { 'sentrikat.concern': 'audit' } }] as const;
  for (let index = 0; index < 3; index++) provider.getLogger(...scope).emit({ body: 'a', attributes: { index } });
  expect(kept.records.map((each) => each instanceof FastLogRecord)).toEqual([false, true, true]);
  const [first, ...others] = kept.records;
  for (const each of others) {
    expect(each.instrumentationScope).toBe(first?.instrumentationScope);
    expect(each.resource).toBe(first?.resource);
  }
});

test('leaves out what is undefined, as the SDK does, and takes such records all the same', () => {
  const { kept, provider } = start({ attributeCountLimit: 2 });
  const logger = provider.getLogger('a');
  logger.emit({});
  logger.emit({ attributes: { a: 1, b: undefined, '': undefined, c: 'c' } });
  expect(kept.records[1]).toBeInstanceOf(FastLogRecord);
  expect(Object.entries(kept.records[1]!.attributes)).toEqual([
    ['a', 1],
    ['c', 'c'],
  ]);
});

test('belongs to the span that is active, unless it says to which', () => {
  const { kept, provider } = start();
  const logger = provider.getLogger('a');
  logger.emit({});
  const active = trace.setSpanContext(ROOT_CONTEXT, spanContext);
  vi.spyOn(context, 'active').mockReturnValue(active);
  logger.emit({ body: 'active' });
  logger.emit({ body: 'root', context: ROOT_CONTEXT });
  logger.emit({ body: 'invalid', context: trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, spanId: '0' }) });
  expect(kept.records.map((each) => each.spanContext)).toEqual([undefined, spanContext, undefined, undefined]);
  expect(kept.contexts.slice(1, 3)).toEqual([active, ROOT_CONTEXT]);
  vi.restoreAllMocks();
});

test.each(['"forged"', '{"user.id": "forged"}'])('an attribute cannot become the prototype of all: %s', (value) => {
  const { kept, provider } = start();
  const logger = provider.getLogger('a');
  for (let index = 0; index < 2; index++) {
    logger.emit({ attributes: JSON.parse(`{"__proto__": ${value}, "a": 1}`) as Record<string, string> });
  }
  for (const { attributes } of kept.records) {
    expect(Object.keys(attributes)).toEqual(['a']);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
  }
});

test('reads a getter once, whichever way the record goes', () => {
  const { kept, provider } = start();
  const logger = provider.getLogger('a');
  for (const value of ['first', 'fast', ['not', 'fast']]) {
    const read = vi.fn<() => unknown>(() => value);
    logger.emit({ attributes: Object.defineProperty({}, 'a', { enumerable: true, get: read }) });
    expect(read).toHaveBeenCalledTimes(1);
  }
  expect(kept.records.map((each) => each.attributes)).toEqual([{ a: 'first' }, { a: 'fast' }, { a: ['not', 'fast'] }]);
});

test('leaves the attributes of the application alone, and is not changed with them', () => {
  const rename: LogRecordProcessor = { ...new Kept(), onEmit: (each) => void each.setAttributes({ a: 2, b: 3 }) };
  const { kept, provider } = start({}, [rename]);
  const logger = provider.getLogger('a');
  logger.emit({});
  const given: Record<string, number> = { a: 1 };
  logger.emit({ attributes: given });
  expect(given).toEqual({ a: 1 });
  given['a'] = 4;
  expect(kept.records[1]?.attributes).toEqual({ a: 2, b: 3 });
});

test('a record has its attributes as a list until somebody asks for an object, and what is put there is in both', () => {
  const seen: unknown[] = [];
  const put: LogRecordProcessor = {
    ...new Kept(),
    onEmit(each: ReadWriteLogRecord & ListedRecord) {
      putAttribute(each, 'a', 'other');
      each.setAttribute('b', true);
      seen.push(each.attributeList, attributeOf(each, 'a'), attributeOf(each, 'c'), attributeOf(each, 'toString'));
      each.attributes['c'] = 'c';
      putAttribute(each, 'd', 'd');
      seen.push(each.attributeList, attributeOf(each, 'c'));
    },
  };
  const { kept, provider } = start({}, [put]);
  const logger = provider.getLogger('a');
  logger.emit({});
  seen.length = 0;
  logger.emit({ attributes: { a: 1 } });
  expect(seen).toEqual([{ keys: ['a', 'b'], values: ['other', true] }, 'other', undefined, undefined, undefined, 'c']);
  expect(kept.records[1]?.attributes).toEqual({ a: 'other', b: true, c: 'c', d: 'd' });
});

test('a processor may change a record before the next one reads it', () => {
  const change: LogRecordProcessor = {
    ...new Kept(),
    onEmit(each) {
      each.setBody('b').setEventName('c').setSeverityNumber(17).setSeverityText('d').setAttribute('e', 1);
      each.setAttribute('f', undefined);
    },
  };
  const { kept, provider } = start({}, [change]);
  const logger = provider.getLogger('a');
  logger.emit({});
  logger.emit({});
  const said = { body: 'b', eventName: 'c', severityNumber: 17, severityText: 'd', attributes: { e: 1 } };
  expect(kept.records).toMatchObject([said, said]);
  expect(kept.records[1]).toBeInstanceOf(FastLogRecord);
});

test.each(['sdk', 'provider'] as const)('what a processor logs about a record has a scope of its own: %s', (way) => {
  const { kept, provider, ...started } = start({}, [
    {
      ...new Kept(),
      onEmit({ body }) {
        if (body === 'about') return;
        inner.emit({ body: 'about' });
      },
    },
  ]);
  const inner = { provider, ...started }[way].getLogger('inner');
  const outer = provider.getLogger('outer');
  for (let index = 0; index < 3; index++) outer.emit({ body: 'a' });
  expect(kept.records.map((each) => `${String(each.body)} ${each.instrumentationScope.name}`)).toEqual(
    Array.from({ length: 3 }, () => ['about inner', 'a outer']).flat(),
  );
});

test('a record that nobody wants is not even read', () => {
  const { kept, provider } = start();
  kept.enabled.mockReturnValue(false);
  const logger = provider.getLogger('a');
  const read = vi.fn<() => object>(() => ({}));
  logger.emit(Object.defineProperty({}, 'attributes', { enumerable: true, get: read }));
  expect([logger.enabled(), read.mock.calls, kept.records]).toEqual([false, [], []]);
});

test('a processor without an opinion wants every record', () => {
  const { provider } = start({}, [{ onEmit() {}, async forceFlush() {}, async shutdown() {} }]);
  expect(provider.getLogger('a').enabled()).toBe(true);
});

test('flushes and ends with the provider, after which nothing is taken', async () => {
  const { kept, sdk, provider } = start();
  const logger = provider.getLogger('a');
  logger.emit({});
  await sdk.forceFlush();
  await sdk.shutdown();
  logger.emit({});
  provider.getLogger('b').emit({});
  expect([kept.records.length, kept.forceFlush.mock.calls.length, kept.shutdown.mock.calls.length]).toEqual([1, 1, 1]);
});
