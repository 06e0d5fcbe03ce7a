/**
 * Checkpoints: from time to time a line of the trail signs where the trail stands, with a key that is not on the disk beside it.
 * Whoever keeps a copy of one elsewhere, or the public key, can tell a trail that was cut off or written anew. Pure.
 *
 * What is signed, as Ed25519 (https://www.rfc-editor.org/rfc/rfc8032) over UTF-8:
 *
 *     sentrikat audit checkpoint v1
 *     <seq of the checkpoint's own line>
 *     <prev_hash of the checkpoint's own line>
 *     <time, as the line's own timestamp>
 */
import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';

import type { TrailHead } from './seal.ts';

/** The event name of a checkpoint's record. */
export const checkpointEventName = 'audit.checkpoint';

export interface Checkpoint {
  /** Number of its own line. */
  readonly seq: number;
  /** Hash of the line before it. */
  readonly prevHash: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Which key has signed: the first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string;
  /** Base64. */
  readonly signature: string;
}

/** Signs the line that will follow `head`, at `time`. */
export type SignCheckpoint = (head: TrailHead, time: string) => Checkpoint;

/** Throws a TypeError for a key that is not Ed25519. */
export function createSigner(privateKey: KeyObject): SignCheckpoint {
  if (privateKey.asymmetricKeyType !== 'ed25519')
    throw new TypeError(
      `NOT_ED25519: checkpoints are signed with Ed25519, and this key is ${privateKey.asymmetricKeyType}`,
    );
  const keyId = keyIdOf(createPublicKey(privateKey));
  return ({ seq, hash: prevHash }, time) => {
    const unsigned = { seq: seq + 1, prevHash, time };
    return { ...unsigned, keyId, signature: sign(null, signedBytes(unsigned), privateKey).toString('base64') };
  };
}

export function isCheckpointGenuine(checkpoint: Checkpoint, publicKey: KeyObject): boolean {
  return verify(null, signedBytes(checkpoint), publicKey, Buffer.from(checkpoint.signature, 'base64'));
}

export function keyIdOf(publicKey: KeyObject): string {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' })).slice(0, 16);
}

function signedBytes({ seq, prevHash, time }: Pick<Checkpoint, 'seq' | 'prevHash' | 'time'>): Buffer {
  return Buffer.from(`sentrikat audit checkpoint v1\n${seq}\n${prevHash}\n${time}`);
}
