/** The contestants of `verify`. Only the one that is measured gets loaded into its process. */
import type { Verifier } from './verifier.ts';

export interface VerifierRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
  readonly load: () => Promise<Verifier>;
}

/** What no verifier of such a trail can do without. */
export const bareHash = 'bare SHA-256';

export const verifiers: readonly VerifierRow[] = [
  {
    name: 'ours',
    note: '`verifyTrail`: every line’s number and hash, in order, across all files',
    packages: ['@sentrikat/file-exporter'],
    load: async () => (await import('./file-exporter.ts')).verifyWhole,
  },
  {
    name: bareHash,
    note: '`crypto.hash` of each line, of files that are read in blocks of 256 KiB; nothing is compared with anything. No verifier can do with less',
    packages: [],
    load: async () => (await import('./bare-hash.ts')).hashLines,
  },
];
