/** Passwords: what one may be, and the only form in which it is kept (`scrypt$N$r$p$salt$hash`, base64url). */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

import { z } from 'zod';

/** Length is what counts (NIST SP 800-63B §3.1.1.2); the upper end bounds the work of hashing. */
export const password: z.ZodString = z.string().min(12).max(200);

/** A cost the OWASP password storage sheet lists for scrypt (16 MiB a hash); kept in the hash, so it may be raised. */
const cost = { N: 2 ** 14, r: 8, p: 5 };
const saltBytes = 16;
const hashBytes = 32;

export async function hashPassword(secret: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  return storedForm(salt, await derive(secret, salt, cost));
}

/** Takes as long when there is no hash to compare with, so that time does not tell who exists. */
export async function isPassword(secret: string, storedHash: string | null | undefined): Promise<boolean> {
  const [, n, r, p, salt, hash] = (storedHash ?? nobodysHash).split('$');
  const expected = Buffer.from(hash ?? '', 'base64url');
  const actual = await derive(secret, Buffer.from(salt ?? '', 'base64url'), {
    N: Number(n),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(actual, expected) && storedHash != null;
}

function storedForm(salt: Buffer, hash: Buffer): string {
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Of no password at all. */
const nobodysHash = storedForm(randomBytes(saltBytes), randomBytes(hashBytes));

function derive(secret: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, hashBytes, { ...options, maxmem: 64 * 1024 * 1024 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
