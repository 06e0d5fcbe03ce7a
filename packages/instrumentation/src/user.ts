/**
 * Who a request is served for: the `user:` of its access line.
 *
 * The id is kept as the attribute `user.id` of the request's server span, so code that already works with OpenTelemetry
 * may set that attribute itself, and needs nothing from here.
 */
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';

/** The attribute of the server span, and of the records about the request. Still in development in the conventions. */
export const userIdAttribute = 'user.id';

/** UTF-16 code units of a user id; what is longer is no id, and is cut. */
export const maxUserIdLength = 256;

/**
 * Names the user of the request being handled, usually once authentication has succeeded; the last call wins.
 *
 * Does nothing outside a request, without the preload, and for anything but a non-empty string. Never throws.
 *
 * @example
 * app.use((request, response, next) => { setUser(request.session.userId); next(); });
 */
export function setUser(id: string): void {
  if (typeof id !== 'string' || id === '') return;
  getRPCMetadata(context.active())?.span.setAttribute(userIdAttribute, id.slice(0, maxUserIdLength));
}
