/** What finds some kinds of secrets in a text. */

/**
 * Characters, and what has to be behind or, as an assertion, before one, as parts of a regular expression:
 * `[at](?:where)`. Nothing is repeated without a limit.
 */
export interface Place {
  readonly at: string;
  readonly where: string;
}

/** Is asked at its places: every secret has such a place, and hardly any other text has. */
export interface Detector extends Place {
  /** What it finds, as the marks say it: `jwt` of `[redacted:jwt]`. */
  readonly kinds: readonly string[];
  /** No shorter text has such a secret in it. */
  readonly fewestCharacters: number;
  /**
   * Looks around the character at `at`, where this detector has a place, or another one that looks at the same
   * characters. Where nothing is found, the answer is the position before which it has looked for all secrets of its
   * kinds, and need not be asked again; that is how a search that may be long stays linear.
   */
  readonly match: (text: string, at: number) => Found | number;
}

/** From `start` up to, and without, `end`. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** What stands where a secret stood; the kind may be empty, where its name says it. */
export function markOf(kind: string): string {
  return kind === '' ? '[redacted]' : `[redacted:${kind}]`;
}
