/** An error in the words of the semantic conventions, and beside them what else it says of itself. */
import type { AnyValue } from '@opentelemetry/api';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
} from '@opentelemetry/semantic-conventions';

import { errorChain, errorDetails, errorMessage, errorType } from './error-chain.ts';

export interface ExceptionAttributes extends Record<string, AnyValue> {
  readonly [ATTR_EXCEPTION_TYPE]: string;
  readonly [ATTR_EXCEPTION_MESSAGE]: string;
  readonly [ATTR_EXCEPTION_STACKTRACE]: string;
}

const detailsAttribute = 'err';

/** `toldElsewhere`: members that are not the error's own, or that the record has in another place. */
export function exceptionAttributes(error: unknown, toldElsewhere: readonly string[] = []): ExceptionAttributes {
  const details = Object.entries(errorDetails(error)).filter(([name]) => !toldElsewhere.includes(name));
  return {
    [ATTR_EXCEPTION_TYPE]: errorType(error),
    [ATTR_EXCEPTION_MESSAGE]: errorMessage(error),
    [ATTR_EXCEPTION_STACKTRACE]: errorChain(error),
    ...(details.length === 0 ? {} : { [detailsAttribute]: Object.fromEntries(details) }),
  };
}
