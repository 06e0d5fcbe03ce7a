/**
 * Runs the listeners of a request inside its context, and notes that one has thrown.
 *
 * The error is not caught to learn of it: an error that is caught and thrown again makes Node report a crash at the place
 * where it was thrown again, and not at the application's own line.
 */
import type { Server } from 'node:net';

import { context, type Context } from '@opentelemetry/api';

import type { OpenRequest } from './open-requests.ts';
import type { EmitEvent, EventArguments } from './server-events.ts';

export function runHandler(
  request: OpenRequest,
  requestContext: Context | undefined,
  emit: EmitEvent,
  server: Server,
  args: EventArguments,
): boolean {
  // A handler may hand its request on to another server, whose handler returning does not mean that the first has.
  const { hasThrown } = request;
  request.hasThrown = true;
  const result =
    requestContext === undefined ? emit.apply(server, args) : context.with(requestContext, emit, server, ...args);
  request.hasThrown = hasThrown;
  return result;
}
