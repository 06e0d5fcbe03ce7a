import { context, ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';

import type { Environment } from '../configuration/read-configuration.ts';
import { createSampler } from './sampler.ts';

/** The half of all traces that a ratio of 0.5 takes, and the other. */
const low = '00000000000000000000000000000001';
const high = '000000000000000000000000ffffffff';

function decide(environment: Environment, traceId: string, parent?: TraceFlags): SamplingDecision {
  const parentContext =
    parent === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(context.active(), {
          traceId,
          spanId: '0000000000000001',
          traceFlags: parent,
          isRemote: true,
        });
  return createSampler(environment).sampler.shouldSample(parentContext, traceId, 'GET', SpanKind.SERVER, {}, [])
    .decision;
}

const { RECORD_AND_SAMPLED: sent, RECORD: recorded } = SamplingDecision;
const { SAMPLED, NONE } = TraceFlags;

test.each([
  // Name, argument: root low, root high, under a sampled parent, under one that is not.
  [undefined, undefined, [sent, sent, sent, recorded]],
  ['', ' ', [sent, sent, sent, recorded]],
  ['always_on', undefined, [sent, sent, sent, sent]],
  ['always_off', undefined, [recorded, recorded, recorded, recorded]],
  [' Always_OFF ', undefined, [recorded, recorded, recorded, recorded]],
  ['traceidratio', '0.5', [sent, recorded, recorded, recorded]],
  ['traceidratio', '0', [recorded, recorded, recorded, recorded]],
  ['traceidratio', undefined, [sent, sent, sent, sent]],
  ['traceidratio', 'half', [sent, sent, sent, sent]],
  ['traceidratio', '-1', [sent, sent, sent, sent]],
  ['traceidratio', '50', [sent, sent, sent, sent]],
  ['parentbased_always_on', undefined, [sent, sent, sent, recorded]],
  ['parentbased_always_off', undefined, [recorded, recorded, sent, recorded]],
  ['parentbased_traceidratio', '0.5', [sent, recorded, sent, recorded]],
  ['parentbased_traceidratio', '5e-1', [sent, recorded, sent, recorded]],
  ['jaeger_remote', undefined, [sent, sent, sent, recorded]],
  ['constructor', undefined, [sent, sent, sent, recorded]],
  ['__proto__', undefined, [sent, sent, sent, recorded]],
])('OTEL_TRACES_SAMPLER %j with %j records all, and sends what it says', (name, argument, decisions) => {
  const environment = { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument };
  expect([
    decide(environment, low),
    decide(environment, high),
    decide(environment, high, SAMPLED),
    decide(environment, high, NONE),
  ]).toEqual(decisions);
});

test('a sampler that does not exist is said to be none, with those that do', () => {
  expect(createSampler({ OTEL_TRACES_SAMPLER: 'jaeger_remote' }).notice).toMatchObject({
    code: 'SAMPLER_UNKNOWN',
    what: expect.stringContaining('"jaeger_remote"'),
    remedy: expect.stringContaining('traceidratio'),
  });
  expect(createSampler({ OTEL_TRACES_SAMPLER: 'always_off' }).notice).toBeUndefined();
});
