/** `verify`: how long it takes to tell whether an audit trail is whole. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { nextAnswer, startMeasuredProcess, successfulEnd } from '../measured-process.ts';
import type { Contestant, Scenario, Size } from '../scenario.ts';
import type { Verified } from './program.ts';
import { bareHash, verifiers, type VerifierRow } from './verifiers.ts';

const MiB = 1024 * 1024;

const sizes: Readonly<Record<Size, { readonly lines: number; readonly maxBytes: number }>> = {
  full: { lines: 1_000_000, maxBytes: 20 * MiB },
  quick: { lines: 5_000, maxBytes: MiB / 2 },
};

export const verifyScenario: Scenario = {
  name: 'verify',
  title: 'Is the audit trail whole?',
  about: `${sizes.full.lines.toLocaleString('en-US')} lines of audit.log and its backups of 20 MiB, written by the file exporter just before, so that they are in the page cache: what is
measured is thinking, not the disk. Reading and hashing every line is what no verifier can save.`,
  runs: { full: 5, quick: 1 },
  contestants: verifiers.map(contestant),
  columns: [
    { title: 'MB/s', figure: 'megabytesPerSecond', summary: 'median', digits: 0, withSpread: true },
    { title: `× ${bareHash}`, figure: 'megabytesPerSecond', summary: 'median', digits: 2, relativeTo: bareHash },
    { title: 'CPU µs/line', figure: 'cpuMicrosPerLine', summary: 'median', digits: 2 },
    { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
    { title: 'bytes/line', figure: 'bytesPerLine', summary: 'median', digits: 0 },
    { title: 'lines', figure: 'verified', summary: 'sum', digits: 0, of: 'written' },
  ],
};

function contestant({ name, note, packages }: VerifierRow): Contestant {
  return {
    name,
    note,
    packages,
    measure: async ({ size, directory }) => {
      const { lines, maxBytes } = sizes[size];
      const { writeTrail } = await import('./write-trail.ts');
      const path = await writeTrail(directory, lines, maxBytes);
      const bytes = sizeOfTrail(directory);
      const child = startMeasuredProcess({
        program: new URL('program.ts', import.meta.url),
        programArguments: [name, path],
        workingDirectory: directory,
      });
      const verified = await nextAnswer<Verified>(child);
      await successfulEnd(child);
      return {
        written: lines,
        verified: verified.lines,
        megabytesPerSecond: bytes / 1e3 / verified.wallMillis,
        cpuMicrosPerLine: verified.cpuMicros / verified.lines,
        peakRssMiB: verified.peakRssKiB / 1024,
        bytesPerLine: bytes / lines,
      };
    },
  };
}

function sizeOfTrail(directory: string): number {
  const names = readdirSync(directory).filter((name) => name.startsWith('audit.log'));
  return names.reduce((total, name) => total + statSync(join(directory, name)).size, 0);
}
