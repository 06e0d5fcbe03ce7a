/** What is compared in `verify`: something that reads a trail from its oldest line to its newest. */

/** Resolves with how many lines it has read. `path` is the newest file's. */
export type Verifier = (path: string) => Promise<number>;
