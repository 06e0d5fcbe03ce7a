/**
 * The sampler that the environment names, around which everything is recorded all the same: slow queries are found on
 * spans, and a client or a rate decides only what is sent.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';

import type { Environment } from '../configuration/read-configuration.ts';
import { notices, type Notice } from '../notices.ts';

/** The first is the default. */
const samplers: ReadonlyMap<string, (ratio: number) => Sampler> = new Map(
  Object.entries({
    parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
    parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
    parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
  }),
);
const [defaultName, createDefault] = [...samplers][0]!;

export interface ChosenSampler {
  readonly sampler: Sampler;
  /** Present where the environment names none that there is. */
  readonly notice?: Notice;
}

export function createSampler({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }: Environment): ChosenSampler {
  const name = OTEL_TRACES_SAMPLER?.trim().toLowerCase() || defaultName;
  const create = samplers.get(name);
  const sampler = createAlwaysRecordSampler((create ?? createDefault)(ratioOf(OTEL_TRACES_SAMPLER_ARG)));
  return create === undefined ? { sampler, notice: notices.SAMPLER_UNKNOWN(name, [...samplers.keys()]) } : { sampler };
}

/** 1 where nothing sensible is given, as specified. */
function ratioOf(text: string | undefined): number {
  const ratio = Number(text?.trim() || 1);
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}
