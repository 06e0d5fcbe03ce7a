/**
 * Whether the environment sets limits for log records, which the SDK then applies to each of their attributes.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#logrecord-limits
 */
import type { Environment } from '../configuration/read-configuration.ts';

const variables = [
  'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
] as const;

export function limitsLogRecords(environment: Environment): boolean {
  return variables.some((name) => (environment[name] ?? '').trim() !== '');
}
