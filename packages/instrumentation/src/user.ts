/**
 * Who a request is served for: the `user:` of its access line.
 *
 * The id is kept where the request's context leads, and as the attribute `user.id` of its server span.
 */
import { context } from '@opentelemetry/api';
import { getRPCMetadata, type RPCMetadata } from '@opentelemetry/core';

/** What a request's context leads to: OpenTelemetry's metadata of an RPC, and who the request is served for. */
export type RequestMetadata = RPCMetadata & {
  user?: string;
  session?: string;
  hasSecurityEvent?: boolean;
  readonly client?: {
    readonly address: string | undefined;
    readonly userAgent: string | undefined;
    /** As it came: looked at only where somebody asks for it. */
    readonly requestId: unknown;
  };
};

/** The attribute of the server span, and of the records about the request. Still in development in the conventions. */
export const userIdAttribute = 'user.id';

/** UTF-16 code units of a user id; what is longer is no id, and is cut. */
export const maxUserIdLength = 256;

/**
 * Names the user of the request being handled, usually once authentication has succeeded; the last call wins.
 *
 * Does nothing outside a request, without the preload, and for anything but a non-empty string or a number, as the keys
 * of database tables are. Never throws.
 *
 * @example
 * app.use((request, response, next) => { setUser(request.session.userId); next(); });
 */
export function setUser(id: string | number | bigint): void {
  const text = typeof id === 'number' || typeof id === 'bigint' ? String(id) : id;
  if (typeof text !== 'string' || text === '') return;
  const metadata: RequestMetadata | undefined = getRPCMetadata(context.active());
  if (metadata === undefined) return;
  metadata.user = text.slice(0, maxUserIdLength);
  metadata.span.setAttribute(userIdAttribute, metadata.user);
}
