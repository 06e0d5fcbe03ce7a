/** What the request that is being handled says about who is behind it. */
import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';

import type { RequestMetadata } from './user.ts';

export interface RequestOrigin {
  readonly userId: string | undefined;
  readonly clientAddress: string | undefined;
  readonly userAgent: string | undefined;
}

/** All undefined outside of a request. */
export function originOfRequest(): RequestOrigin {
  const metadata = metadataOfRequest();
  const { address, userAgent } = metadata?.client ?? {};
  return { userId: metadata?.user, clientAddress: address, userAgent };
}

/** Remembers that the application itself has told of the request what a SIEM has to know. */
export function noteSecurityEvent(): void {
  const metadata = metadataOfRequest();
  if (metadata !== undefined) metadata.hasSecurityEvent = true;
}

function metadataOfRequest(): RequestMetadata | undefined {
  return getRPCMetadata(context.active());
}
