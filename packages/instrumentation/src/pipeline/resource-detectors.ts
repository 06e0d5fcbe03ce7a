/**
 * What says, beside every record and span that is sent, which process it comes from. Looked at once, when the process
 * starts, and the secrets are taken out then: command lines and `OTEL_RESOURCE_ATTRIBUTES` have had passwords in them.
 */
import { diag } from '@opentelemetry/api';
import {
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  serviceInstanceIdDetector,
  type DetectedResource,
  type ResourceDetector,
} from '@opentelemetry/resources';

import type { Environment } from '../configuration/read-configuration.ts';
import type { ValueRedaction } from '../redaction/value-redaction.ts';

/**
 * By the names that OTEL_NODE_RESOURCE_DETECTORS has for them. `process` has to be asked for: its attributes hold the
 * whole command line, of which only a part looks like a secret where it is one. Of two that say the same the later one is
 * believed, which is why what an operator has said comes last.
 */
const detectors: ReadonlyMap<string, ResourceDetector> = new Map([
  ['host', hostDetector],
  ['os', osDetector],
  ['process', processDetector],
  ['serviceinstance', serviceInstanceIdDetector],
  ['env', envDetector],
]);
const byDefault = ['host', 'os', 'serviceinstance', 'env'];

export function resourceDetectors(environment: Environment, redaction: ValueRedaction): ResourceDetector[] {
  const told = (environment['OTEL_NODE_RESOURCE_DETECTORS'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return namesOf(told.length === 0 ? byDefault : told).flatMap((name) => {
    const detector = detectors.get(name);
    if (detector) return redacted(detector, redaction);
    diag.warn(`OTEL_NODE_RESOURCE_DETECTORS names no detector of resources with ${JSON.stringify(name)}`);
    return [];
  });
}

function namesOf(told: readonly string[]): readonly string[] {
  if (told.includes('all')) return [...detectors.keys()];
  return told.includes('none') ? [] : told;
}

type Attributes = NonNullable<DetectedResource['attributes']>;

function redacted(detector: ResourceDetector, redaction: ValueRedaction): ResourceDetector {
  return {
    detect(config) {
      const detected = detector.detect(config);
      const entries = Object.entries(detected.attributes ?? {}).map(([key, value]) => [
        key,
        isPromise(value) ? value.then((later: unknown) => redactOne(key, later)) : redactOne(key, value),
      ]);
      return { ...detected, attributes: Object.fromEntries(entries) as Attributes };
    },
  };

  /** Undefined, and so left out, where it is the key that has a secret in it. */
  function redactOne(key: string, value: unknown): unknown {
    redaction.begin();
    return redaction.members({ [key]: value }, 0)[key];
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
