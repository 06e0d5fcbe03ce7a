/** An exception that nobody caught, or a rejection that nobody handled, for error.log. */
import { SeverityNumber } from '@opentelemetry/api';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';

import type { DerivedRecord } from '../derived-record.ts';
import { errorChain, errorMessage, errorType } from './error-chain.ts';
import { codeAttributes } from './stack-frame.ts';

export interface Crash {
  readonly error: unknown;
  readonly origin: 'uncaughtException' | 'unhandledRejection';
  /** Whether the process ends of it: it does unless the application listens. */
  readonly isFatal: boolean;
}

const words = { uncaughtException: 'uncaught exception', unhandledRejection: 'unhandled rejection' } as const;

export function crashRecord({ error, origin, isFatal }: Crash): DerivedRecord {
  const stacktrace = errorChain(error);
  const type = errorType(error);
  const message = errorMessage(error);
  return {
    concern: 'error',
    severityNumber: isFatal ? SeverityNumber.FATAL : SeverityNumber.ERROR,
    eventName: 'exception',
    body: `${words[origin]}: ${type}: ${message}`,
    attributes: {
      ...codeAttributes(stacktrace),
      [ATTR_EXCEPTION_TYPE]: type,
      [ATTR_EXCEPTION_MESSAGE]: message,
      [ATTR_EXCEPTION_STACKTRACE]: stacktrace,
    },
  };
}
