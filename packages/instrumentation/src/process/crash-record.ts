/** An exception that nobody caught, or a rejection that nobody handled, for error.log. */
import { SeverityNumber } from '@opentelemetry/api';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';

import type { DerivedRecord } from '../derived-record.ts';
import { exceptionAttributes } from './exception-attributes.ts';
import { codeAttributes } from './stack-frame.ts';

export interface Crash {
  readonly error: unknown;
  readonly origin: 'uncaughtException' | 'unhandledRejection';
  /** Whether the process ends of it: it does unless the application listens. */
  readonly isFatal: boolean;
}

const words = { uncaughtException: 'uncaught exception', unhandledRejection: 'unhandled rejection' } as const;

export function crashRecord({ error, origin, isFatal }: Crash): DerivedRecord {
  const exception = exceptionAttributes(error);
  return {
    concern: 'error',
    severityNumber: isFatal ? SeverityNumber.FATAL : SeverityNumber.ERROR,
    eventName: 'exception',
    body: `${words[origin]}: ${exception[ATTR_EXCEPTION_TYPE]}: ${exception[ATTR_EXCEPTION_MESSAGE]}`,
    attributes: { ...codeAttributes(exception[ATTR_EXCEPTION_STACKTRACE]), ...exception },
  };
}
