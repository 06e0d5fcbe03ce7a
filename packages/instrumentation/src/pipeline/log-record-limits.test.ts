import { expect, test } from 'vitest';

import type { Environment } from '../configuration/read-configuration.ts';
import { limitsLogRecords } from './log-record-limits.ts';

test.each<[Environment, boolean]>([
  [{}, false],
  [{ OTEL_ATTRIBUTE_COUNT_LIMIT: ' ', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3' }, false],
  [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '3' }, true],
  [{ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' }, true],
  [{ OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '3' }, true],
  [{ OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3' }, true],
])('%j limits log records: %j', (...[environment, isLimited]) => {
  expect(limitsLogRecords(environment)).toBe(isLimited);
});
