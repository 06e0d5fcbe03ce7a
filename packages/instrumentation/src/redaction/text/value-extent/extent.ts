/** Where in a text a value stands: the answer of those who look for its end. */
export interface Extent {
  readonly start: number;
  readonly end: number;
  /** Whether it stands in quotes, which are not part of it. */
  readonly isQuoted: boolean;
}
