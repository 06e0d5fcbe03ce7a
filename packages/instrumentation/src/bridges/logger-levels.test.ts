import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { severityOfName, severityOfNumber } from './logger-levels.ts';

test.each([
  [10, SeverityNumber.TRACE],
  [20, SeverityNumber.DEBUG],
  [30, SeverityNumber.INFO],
  [35, SeverityNumber.INFO3],
  [39, SeverityNumber.INFO4],
  [40, SeverityNumber.WARN],
  [50, SeverityNumber.ERROR],
  [60, SeverityNumber.FATAL],
  [-1, SeverityNumber.TRACE],
  [Infinity, SeverityNumber.FATAL4],
  [Number.NaN, SeverityNumber.INFO],
])('level %d has its place among the severities: %d', (...[level, severity]) => {
  expect(severityOfNumber(level)).toBe(severity);
});

test.each([
  ['emerg', SeverityNumber.FATAL3],
  ['crit', SeverityNumber.FATAL],
  ['Error', SeverityNumber.ERROR],
  ['warning', SeverityNumber.WARN],
  ['http', SeverityNumber.DEBUG3],
  ['silly', SeverityNumber.TRACE],
  ['constructor', SeverityNumber.INFO],
  ['a name of its own', SeverityNumber.INFO],
])('level %j is severity %d', (...[level, severity]) => {
  expect(severityOfName(level)).toBe(severity);
});
