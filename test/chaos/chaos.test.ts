/** `SOAK_SECONDS` sets how long each variant lasts, `SOAK_SEED` which random choices are made. */
import { expect, test } from 'vitest';

import { runChaos } from './chaos.ts';

const seconds = Number(process.env['SOAK_SECONDS'] ?? 7);
const seed = Number(process.env['SOAK_SEED'] ?? 1);

test.each([
  { what: 'alone', hasStrangers: false, compressBackups: false },
  { what: 'alone, while backups are compressed', hasStrangers: false, compressBackups: true },
  { what: 'beside a logrotate and a shell', hasStrangers: true, compressBackups: false },
])(
  'processes that are killed all the time, $what, lose no line that they had said is written',
  { timeout: seconds * 1000 + 90_000 },
  async ({ hasStrangers, compressBackups }) => {
    const { faults, ...figures } = await runChaos({ seed, seconds, hasStrangers, compressBackups });
    expect(faults).toEqual([]);
    // Nothing is proven by a run in which nothing happened.
    expect(figures.kills).toBeGreaterThan(seconds);
    expect(figures.flushedLines).toBeGreaterThan(0);
    expect(figures.durableLines).toBeGreaterThan(0);
    expect(figures.sealedLines).toBeGreaterThan(figures.durableLines);
    expect(figures.compressedFiles > 0).toBe(compressBackups);
    expect(figures.foreignLines > 0).toBe(hasStrangers);
  },
);
