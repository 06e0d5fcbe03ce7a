/** The key that signs the audit trail, out of the file that a variable names. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { notices, type Notice } from '../notices.ts';

export interface SigningKey {
  /** Undefined where none is wanted, or none can be had. */
  readonly signingKey?: KeyObject;
  /** Why none can be had. */
  readonly notice?: Notice;
}

/** `workingDirectory` is the application's, to which a relative path belongs. */
export function readSigningKey(path: string | undefined, workingDirectory: string): SigningKey {
  if (path === undefined) return {};
  try {
    const signingKey = createPrivateKey(readFileSync(resolve(workingDirectory, path)));
    if (signingKey.asymmetricKeyType === 'ed25519') return { signingKey };
    throw new TypeError(`it is a key for ${signingKey.asymmetricKeyType}`);
  } catch (error) {
    return { notice: notices.SIGNING_KEY_UNUSABLE(path, error) };
  }
}
