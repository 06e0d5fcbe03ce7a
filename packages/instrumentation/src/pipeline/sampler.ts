/**
 * The sampler that the environment names, around which everything is recorded all the same: slow queries are found on
 * spans, and a client or a rate decides only what is sent.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration
 */
import { diag } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  createAlwaysRecordSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace';

import type { Environment } from '../configuration/read-configuration.ts';

const samplers: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};
const defaultName = 'parentbased_always_on';

export function createSampler({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }: Environment): Sampler {
  const name = OTEL_TRACES_SAMPLER?.trim() || defaultName;
  const create = Object.hasOwn(samplers, name) ? samplers[name] : undefined;
  if (create === undefined) diag.warn(`OTEL_TRACES_SAMPLER "${name}" is unknown; ${defaultName} is used`);
  return createAlwaysRecordSampler((create ?? samplers[defaultName]!)(ratioOf(OTEL_TRACES_SAMPLER_ARG)));
}

/** 1 where nothing sensible is given, as specified. */
function ratioOf(text: string | undefined): number {
  const ratio = Number(text?.trim() || 1);
  return ratio >= 0 && ratio <= 1 ? ratio : 1;
}
