import { LoggerProvider, type LogRecordProcessor, type ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { FastPath, type ListedRecord } from '@sentrikat/file-exporter';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createLogsSdk } from '../pipeline/logs.test-sdk.ts';
import { ComposedBody } from './composed-body.ts';
import { createValueRedaction } from './redact.ts';
import { redactedValuesAttribute, RedactionProcessor } from './redaction-processor.ts';
import { anySecret, secretKey, textWithSecret } from './secrets.test-arbitrary.ts';

function emitted(record: object): object | undefined {
  const { provider, records } = createLogsSdk([new RedactionProcessor()]);
  provider.getLogger('a').emit(record);
  const { attributes, body, eventName, severityText } = records()[0] ?? {};
  return { attributes, body, eventName, severityText };
}

test('takes secrets out of all that a record says, and counts them', () => {
  const record = {
    body: 'login with password=a',
    eventName: 'a?token=b',
    severityText: 'pin=1',
    attributes: { user: 'c', password: 'd', nested: { cookie: 'e' }, 'url.full': 'https://f:g@h/' },
  };
  expect(emitted(record)).toEqual({
    body: 'login with password=[redacted]',
    eventName: 'a?token=[redacted]',
    severityText: 'pin=[redacted]',
    attributes: {
      user: 'c',
      password: '[redacted]',
      nested: { cookie: '[redacted]' },
      'url.full': 'https://f:[redacted:password]@h/',
      [redactedValuesAttribute]: 6,
    },
  });
});

test('leaves a record alone that has none', () => {
  const { provider, records } = createLogsSdk([
    {
      enabled: () => false,
      onEmit: (record: ReadWriteLogRecord) => void nested.push(record.attributes['nested']),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    new RedactionProcessor(),
  ]);
  const nested: unknown[] = [];
  provider.getLogger('a').emit({ body: 'a', attributes: { b: 1, nested: { c: 'd' } } });
  expect(records()[0]?.attributes).toEqual({ b: 1, nested: { c: 'd' } });
  expect(records()[0]?.attributes['nested']).toBe(nested[0]);
});

test('takes secrets out of each field of a composed body by itself, before it is put together', () => {
  const body = new ComposedBody(
    (shown) => `path:${shown("/token='a")} user:${shown('Bearer a1b2c3').replaceAll(' ', '_')} 200`,
  );
  expect(emitted({ body })).toMatchObject({
    body: "path:/token='[redacted] user:Bearer_[redacted:credentials] 200",
    attributes: { [redactedValuesAttribute]: 2 },
  });
});

test('adds to what was counted before', () => {
  expect(emitted({ attributes: { pin: 1, [redactedValuesAttribute]: 2 } })).toMatchObject({
    attributes: { pin: '[redacted]', [redactedValuesAttribute]: 3 },
  });
});

test('an exception goes the same way', () => {
  const exception = Object.assign(new Error('password=a'), { stack: 'Error: password=a\n    at b (c?token=d:1:2)' });
  expect(emitted({ body: 'failed', exception })).toMatchObject({
    attributes: {
      'exception.message': 'password=[redacted]',
      'exception.stacktrace': 'Error: password=[redacted]\n    at b (c?token=[redacted])',
      [redactedValuesAttribute]: 3,
    },
  });
});

test('a key with a secret in it goes, and its value stays', () => {
  expect(emitted({ attributes: { 'Bearer a1b2c3': 1, z: 2 } })).toMatchObject({
    attributes: { 'Bearer [redacted:credentials]': 1, z: 2, [redactedValuesAttribute]: 1 },
  });
});

test('a body of the application’s is read once, and is not changed', () => {
  let reads = 0;
  const body = {
    get note() {
      return reads++ === 0 ? 'harmless' : 'password=a';
    },
    b: { password: 'c' },
  };
  const { provider, records } = createLogsSdk([new RedactionProcessor()]);
  provider.getLogger('a').emit({ body });
  body.b = { password: 'changed' };
  expect(records()[0]?.body).toEqual({ note: 'harmless', b: { password: '[redacted]' } });
  expect(reads).toBe(1);
  expect(body.b).toEqual({ password: 'changed' });
});

test('an application that logs while its record is read gets both redacted', () => {
  const { provider, records } = createLogsSdk([new RedactionProcessor()]);
  const logger = provider.getLogger('a');
  const body = {
    get inner() {
      logger.emit({ body: 'token=a token=b' });
      return 'pin=1';
    },
  };
  logger.emit({ body });
  expect(records().map((record) => [record.body, record.attributes])).toEqual([
    ['token=[redacted] token=[redacted]', { [redactedValuesAttribute]: 2 }],
    [{ inner: 'pin=[redacted]' }, { [redactedValuesAttribute]: 1 }],
  ]);
});

test.each<[what: string, body: unknown, shown: string]>([
  ['a function', () => 1, '() => 1'],
  ['a function that has no text', Object.assign(() => {}, { toString: null }), '[unreadable]'],
  ['a symbol', Symbol('token=a'), 'Symbol(token=[redacted])'],
])('%s is no data, and is shown as its text', (...[, body, shown]) => {
  const { provider, records } = createLogsSdk([new RedactionProcessor()]);
  provider.getLogger('a').emit({ body: body as string });
  expect(records()[0]?.body).toBe(shown);
});

test('what cannot be searched is not shown', () => {
  const attributes = new Proxy({ password: 'a' } as Record<string, unknown>, {
    ownKeys() {
      if (Object.hasOwn(attempts, 'failed')) return Reflect.ownKeys({ password: 'a' });
      attempts['failed'] = true;
      throw new RangeError('Maximum call stack size exceeded');
    },
  });
  const attempts: Record<string, boolean> = {};
  const record = { attributes, body: 'b', eventName: 'c' } as unknown as ReadWriteLogRecord;
  new RedactionProcessor().onEmit(record);
  expect(record).toEqual({
    attributes: {},
    eventName: 'logging.unreadable',
    body: 'a record could not be searched for secrets, and is not shown',
  });
});

test('with hardly any stack left it throws, or lets nothing through', () => {
  const processor = new RedactionProcessor();
  const outcomes = new Set<string>();
  for (let room = 0; room < 4000; room += 50) {
    const record = {
      attributes: { a: { b: { c: { password: 'secret' } } } },
      body: 'token=secret',
    } as unknown as ReadWriteLogRecord;
    try {
      withStackLeft(room, () => processor.onEmit(record));
      expect(JSON.stringify(record)).not.toContain('secret');
      outcomes.add(record.eventName === undefined ? 'redacted' : 'withheld');
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      outcomes.add('thrown');
    }
  }
  expect([...outcomes]).toEqual(expect.arrayContaining(['redacted', 'thrown']));
});

/** Calls when there is room for about so many calls more. */
function withStackLeft(calls: number, act: () => void): void {
  let isDone = false;
  function descend(): void {
    try {
      descend();
    } catch (error) {
      if (isDone || --calls > 0) throw error;
      isDone = true;
      act();
    }
  }
  descend();
}

test('takes more keys, and keeps others', () => {
  const { provider, records } = createLogsSdk([
    new RedactionProcessor(createValueRedaction({ redactKeys: ['badge'], keepKeys: ['session'] })),
  ]);
  provider.getLogger('a').emit({ attributes: { badge: 'a', session: 'b' } });
  expect(records()[0]?.attributes).toMatchObject({ badge: '[redacted]', session: 'b' });
});

const attributes = fc.dictionary(
  fc.oneof(secretKey, fc.constantFrom('a', 'db.query.text', 'url.query', 'name', 'value'), textWithSecret, anySecret),
  fc.oneof(fc.constantFrom('password', 'b', true, 4_111_111_111_111_111, 17), textWithSecret, anySecret),
  { noNullPrototype: true },
);

test('a record of the fast path is shown as one of the SDK’s is', () => {
  const records: (ReadWriteLogRecord & ListedRecord)[] = [];
  const keep: LogRecordProcessor = {
    onEmit: (record) => void records.push(record),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const fastPath = new FastPath([new RedactionProcessor(), keep]);
  const sdk = new LoggerProvider({ processors: [fastPath] });
  const [plain, fast] = [sdk.getLogger('a'), fastPath.through(sdk).getLogger('a')];
  fast.emit({});
  let listed = 0;
  fc.assert(
    fc.property(attributes, (each) => {
      records.length = 0;
      plain.emit({ attributes: each });
      fast.emit({ attributes: each });
      const [expected, actual] = records;
      if (actual?.attributeList !== undefined) listed++;
      expect(Object.entries(actual!.attributes)).toEqual(Object.entries(expected!.attributes));
    }),
    { numRuns: 1_000 },
  );
  // Keys that hold secrets, or are about others, need an object.
  expect(listed).toBeGreaterThan(100);
  expect(listed).toBeLessThan(900);
});

test('is no reason to build records that nobody wants', () => {
  const provider = new LoggerProvider({ processors: [new RedactionProcessor()] });
  expect(provider.getLogger('a').enabled()).toBe(false);
});
