import { createTraceState, SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import { TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { maxRecordCharacters } from './limits.ts';
import { createValueRedaction } from './redact.ts';
import { redactedValuesAttribute } from './redaction-processor.ts';
import { keptMark, secretMark, textWithSecret, valueWithSecret } from './secrets.test-arbitrary.ts';
import { redactSpan } from './span-redaction.ts';

const redaction = createValueRedaction({});
const tracer = new TracerProvider().getTracer('shop', '1.2.3');
const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

/** A span of the SDK's own, ended after what happens to it. */
function ended(meanwhile: (span: Span) => void): ReadableSpan {
  const span = tracer.startSpan('GET', { kind: SpanKind.SERVER, links: [{ context: ids }] });
  meanwhile(span);
  span.end();
  return span as Span & ReadableSpan;
}

function redacted(meanwhile: (span: Span) => void): ReadableSpan {
  return redactSpan(ended(meanwhile), redaction);
}

test.each<[what: string, meanwhile: (span: Span) => void, shown: object, count: number]>([
  ['its name', (span) => span.updateName('GET /a?token=b'), { name: 'GET /a?token=[redacted]' }, 1],
  [
    'its status',
    (span) => span.setStatus({ code: SpanStatusCode.ERROR, message: 'password=a' }),
    { status: { code: SpanStatusCode.ERROR, message: 'password=[redacted]' } },
    1,
  ],
  [
    'an exception',
    (span) => span.recordException({ name: 'E', message: 'pin=1', stack: 'E: pin=1\n    at a (b?token=c:1:2)' }),
    {
      events: [
        {
          name: 'exception',
          attributes: {
            'exception.type': 'E',
            'exception.message': 'pin=[redacted]',
            'exception.stacktrace': 'E: pin=[redacted]\n    at a (b?token=[redacted])',
          },
        },
      ],
    },
    3,
  ],
  ['the name of an event', (span) => span.addEvent('pin=1'), { events: [{ name: 'pin=[redacted]' }] }, 1],
  [
    'a link',
    (span) => span.addLink({ context: ids, attributes: { cookie: 'a' } }),
    { links: [{ context: ids }, { context: ids, attributes: { cookie: '[redacted]' } }] },
    1,
  ],
])('takes secrets out of %s, and counts them', (...[, meanwhile, shown, count]) => {
  const span = redacted(meanwhile);
  expect(span).toMatchObject(shown);
  expect(span.attributes).toEqual({ [redactedValuesAttribute]: count });
});

test('takes secrets out of the attributes that instrumentations set', () => {
  const { attributes } = redacted((span) =>
    span.setAttributes({
      'url.query': 'code=a&page=2',
      'url.full': 'https://bob:b@host/?sig=c',
      'http.request.header.authorization': ['Bearer d'],
      'http.request.header.x-forwarded-for': ['192.0.2.1'],
      'db.query.text': `select 'e'`,
      'process.command_args': ['node', '--password', 'f', 'server.js'],
      'db.system.name': 'postgresql',
      nested: { deeper: { password: 'g', kept: 1 } },
    }),
  );
  expect(attributes).toEqual({
    'url.query': 'code=[redacted]&page=2',
    'url.full': 'https://bob:[redacted:password]@host/?sig=[redacted]',
    'http.request.header.authorization': ['[redacted]'],
    'http.request.header.x-forwarded-for': ['192.0.2.1'],
    'db.query.text': 'select ?',
    'process.command_args': ['node', '--password', '[redacted]', 'server.js'],
    'db.system.name': 'postgresql',
    nested: { deeper: { password: '[redacted]', kept: 1 } },
    [redactedValuesAttribute]: 7,
  });
});

const linked = (state: string) => ({ context: { ...ids, traceState: createTraceState(state) } });

test('what a client has passed on as trace state goes where it has a secret, of the span and of its links', () => {
  const span = redacted((it) => it.addLinks([linked('shop=Bearer a1b2c3'), linked('shop=a')]));
  expect(span.links.map(({ context }) => context.traceState?.serialize())).toEqual([undefined, undefined, 'shop=a']);
  const original = ended(() => {});
  const stateful = { ...original.spanContext(), traceState: createTraceState('shop=Bearer a1b2c3') };
  const { traceState: _, ...stateless } = stateful;
  const shown = redactSpan(Object.assign(original, { spanContext: () => stateful }), redaction);
  expect(shown.spanContext()).toEqual(stateless);
});

const members = [
  'name',
  'kind',
  'status',
  'attributes',
  'events',
  'links',
  'parentSpanContext',
  'startTime',
  'endTime',
  'duration',
  'ended',
  'resource',
  'instrumentationScope',
  'droppedAttributesCount',
  'droppedEventsCount',
  'droppedLinksCount',
] as const satisfies readonly (keyof ReadableSpan)[];

test('all that has no secret is what it was', () => {
  const span = ended((it) => it.setAttribute('a', [1, 2]).addEvent('b', { c: 'd' }).setStatus({ code: 1 }));
  const shown = redactSpan(span, redaction);
  expect(members.map((name) => [name, shown[name]])).toEqual(members.map((name) => [name, span[name]]));
  expect(shown.spanContext()).toBe(span.spanContext());
});

test('the span that others read is not changed', () => {
  const span = ended((it) => {
    it.updateName('pin=1').setAttributes({ password: 'a', nested: { list: ['pin=2'] } });
    it.addEvent('pin=3', { token: 'b' }).setStatus({ code: SpanStatusCode.ERROR, message: 'pin=4' });
    it.addLink({ context: ids, attributes: { secret: 'c' } });
  });
  const before = structuredClone(members.filter((name) => name !== 'resource').map((name) => span[name]));
  redactSpan(span, redaction);
  expect(members.filter((name) => name !== 'resource').map((name) => span[name])).toEqual(before);
});

describe('what is hostile:', () => {
  test('what cannot be read is not shown, though its place in the trace is', () => {
    const span = ended((it) => it.updateName('pin=1').setStatus({ code: SpanStatusCode.ERROR, message: 'pin=2' }));
    Object.defineProperty(span.attributes, 'a', {
      enumerable: true,
      get() {
        throw new Error('pin=3');
      },
    });
    const shown = redactSpan(span, redaction);
    expect(shown).toMatchObject({
      name: 'a span could not be searched for secrets, and is not shown',
      status: { code: SpanStatusCode.ERROR },
      kind: SpanKind.SERVER,
      startTime: span.startTime,
      endTime: span.endTime,
    });
    expect([shown.status.message, shown.attributes, shown.events, shown.links]).toEqual([undefined, {}, [], []]);
    expect(shown.spanContext()).toEqual(span.spanContext());
  });

  test('names that are no texts', () => {
    const name = { toJSON: () => 'pin=1' } as unknown as string;
    expect(redacted((span) => span.updateName(name)).name).toBe('pin=[redacted]');
  });

  test('more than a record may have is cut, over all events together', () => {
    const span = redacted((it) => {
      for (let index = 0; index < 100; index++) it.addEvent('a', { text: `${'b '.repeat(8000)}pin=1` });
    });
    expect(JSON.stringify(span.events).length).toBeLessThan(maxRecordCharacters + 100 * 200);
    expect(span.events.at(-1)).toMatchObject({ name: 'a', attributes: { text: '[cut, 16005 characters]' } });
  });

  test('keys of prototypes are keys, and change no prototype', () => {
    const keys: unknown = JSON.parse(
      '{"constructor":{"prototype":{"pin":1}},"nested":{"__proto__":{"pin":2},"a":"b"}}',
    );
    const { attributes } = redacted((span) => {
      span.setAttributes(keys as { [key: string]: string });
      span.setAttribute('__proto__', { password: 'secret' } as unknown as string);
    });
    expect(JSON.stringify(attributes)).not.toContain('secret');
    expect(attributes).toMatchObject({ constructor: { prototype: { pin: '[redacted]' } } });
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('pin');
  });
});

test('nothing of a secret comes through, wherever it is', () => {
  fc.assert(
    fc.property(textWithSecret, valueWithSecret, (text, value) => {
      const span = redacted((it) => {
        it.updateName(text).setStatus({ code: SpanStatusCode.ERROR, message: text });
        it.setAttributes({ text, list: [text, text], nested: { text }, [text]: keptMark });
        it.setAttribute('value', value as string);
        it.recordException(new Error(text));
        it.addLink({ context: ids, attributes: { text } });
      });
      const { name, status, attributes, events, links } = span;
      const shown = JSON.stringify({ name, status, attributes, events, links });
      expect(shown).not.toContain(secretMark);
      expect(shown).toContain(keptMark);
    }),
    { numRuns: 500 },
  );
});
