/** What the request that is being handled says about who is behind it. */
import { context, type Attributes, type Context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { ATTR_USER_AGENT_ORIGINAL } from '@opentelemetry/semantic-conventions';

import { maxFieldLength } from './http/access-line.ts';
import { sessionHash, sessionHashAttribute } from './session.ts';
import type { RequestMetadata } from './user.ts';

export interface RequestOrigin {
  readonly userId: string | undefined;
  readonly clientAddress: string | undefined;
  readonly userAgent: string | undefined;
  /** What the client, or a proxy before us, calls the request: a claim, as is the user agent. */
  readonly requestId: string | undefined;
  readonly sessionHash: string | undefined;
}

/** All undefined outside of a request. */
export function originOfRequest(requestContext: Context = context.active()): RequestOrigin {
  const metadata = metadataOf(requestContext);
  const { address, userAgent, requestId } = metadata?.client ?? {};
  return {
    userId: metadata?.user,
    clientAddress: address,
    userAgent: userAgent?.slice(0, maxFieldLength),
    requestId: saneRequestId(requestId),
    sessionHash: metadata?.session === undefined ? undefined : sessionHash(metadata.session),
  };
}

/** What a record says of where it comes from, besides user and address, which may have been told otherwise. */
export function originAttributes({ userAgent, requestId, sessionHash: session }: RequestOrigin): Attributes {
  return {
    [ATTR_USER_AGENT_ORIGINAL]: userAgent,
    // The Elastic Common Schema's: https://www.elastic.co/docs/reference/ecs/ecs-http
    'http.request.id': requestId,
    [sessionHashAttribute]: session,
  };
}

/** Remembers that the application itself has told of the request what a SIEM has to know. */
export function noteSecurityEvent(): void {
  const metadata = metadataOf(context.active());
  if (metadata !== undefined) metadata.hasSecurityEvent = true;
}

/**
 * UUIDs, hexadecimal, Base64 and what URLs need no escapes for. Whatever else a client sends is none, rather than a part of it, which
 * might be the whole of another's. Two headers come as one with a comma, and are none either.
 */
const requestIds = /^[\w.~:+/=-]{1,128}$/;

function saneRequestId(id: unknown): string | undefined {
  return typeof id === 'string' && requestIds.test(id) ? id : undefined;
}

export function hasSecurityEvent(): boolean {
  return metadataOf(context.active())?.hasSecurityEvent === true;
}

function metadataOf(requestContext: Context): RequestMetadata | undefined {
  return getRPCMetadata(requestContext);
}
