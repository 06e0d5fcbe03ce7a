/**
 * Which session a request belongs to, so that the events of one login can be told from those of another.
 *
 * The id itself is as good as a password and is in no record: what is, is half of a SHA-256 of it. Without a key, as the same session
 * must look the same in every process, replica and start, and nobody has to keep a secret for that: an id that cannot be guessed
 * (OWASP asks for 64 bits of chance and more) cannot be found from its hash either. Who hands out ids that can be guessed has hashes that
 * can be guessed. The prefix makes it another hash than a store keeps its sessions under, and 128 bits are plenty to tell them apart.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#session-id-entropy
 */
import { hash } from 'node:crypto';

import { context } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';

import type { RequestMetadata } from './user.ts';

/** OpenTelemetry's `session.id` is for ids that are no secret. */
export const sessionHashAttribute = 'sentrikat.session.hash';

/** UTF-16 code units; what is longer has not come in a header, and is no id. */
const maxSessionIdLength = 16_384;
const hashCharacters = 32;

/**
 * Names the session of the request being handled, by its id; the last call wins. Security, audit and ldap events that are recorded
 * while it is handled then carry a hash of it.
 *
 * Does nothing outside a request, without the preload, and for anything but a non-empty string. Never throws.
 *
 * @example
 * app.use((request, response, next) => { setSession(request.sessionID); next(); });
 */
export function setSession(id: string): void {
  if (typeof id !== 'string' || id === '' || id.length > maxSessionIdLength) return;
  const metadata: RequestMetadata | undefined = getRPCMetadata(context.active());
  if (metadata !== undefined) metadata.session = id;
}

/** For each event anew, as most requests have none. */
export function sessionHash(id: string): string {
  return hash('sha256', `sentrikat.session:${id}`).slice(0, hashCharacters);
}
