/**
 * What this service says beyond what is recorded of it: one logger for each concern it has something to say about.
 *
 * These are plain OpenTelemetry calls. Without a provider they do nothing; with the preload they become lines in the
 * concern's file. Requests, slow endpoints and slow queries are missing here on purpose: nobody has to log those.
 * A value that a client chose stands in a message only through `quoted`, and a password nowhere.
 */
import { fileURLToPath } from 'node:url';
import { getCallSites } from 'node:util';

import { logs, SeverityNumber, type Attributes, type Logger } from '@opentelemetry/api';

const { INFO, WARN, ERROR } = SeverityNumber;

const application = loggerOf('application');
const errors = loggerOf('error');

/** The life of the service, into application.log. */
export function note(body: string): void {
  application.emit({ severityNumber: INFO, body, attributes: callSite() });
}

export function warn(body: string): void {
  application.emit({ severityNumber: WARN, body, attributes: callSite() });
}

/** What failed on our side: the whole of it, with all causes, into error.log. */
export function failure(body: string, error: unknown, attributes: Attributes = {}): void {
  errors.emit({
    severityNumber: ERROR,
    body,
    attributes: { ...attributes, ...callSite(), 'exception.stacktrace': stackWithCauses(error) },
    exception: error,
  });
}

/** A client's value inside a message: delimited, so that it cannot pass for the words around it. */
export function quoted(value: string): string {
  return JSON.stringify(value);
}

function loggerOf(concern: 'application' | 'error'): Logger {
  return logs.getLogger('example-service', undefined, { attributes: { 'sentrikat.concern': concern } });
}

/** Who called the function that calls this: what the text files show as `module (function:line)`. */
function callSite(): Attributes {
  const [, , caller] = getCallSites(3);
  if (caller === undefined) return {};
  return {
    'code.file.path': fileURLToPath(caller.scriptName),
    'code.function.name': caller.functionName,
    'code.line.number': caller.lineNumber,
  };
}

/** A chain of causes may be a ring, or go on for long. */
const maxCauses = 8;

function stackWithCauses(error: unknown): string {
  const stacks: string[] = [];
  for (let cause = error; cause !== undefined && stacks.length < maxCauses;) {
    stacks.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return stacks.join('\nCaused by: ');
}
