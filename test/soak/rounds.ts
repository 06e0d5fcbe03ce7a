/** Runs parts in turn, round after round, until the time is over or one finds a fault. */

export interface Part {
  readonly name: string;
  /** Gives figures to print; rejects with what is wrong. Makes the same random choices for the same seed. */
  round(seed: number): Promise<string>;
}

export interface RoundsOptions {
  readonly parts: readonly Part[];
  readonly minutes: number;
  /** Of the first round; each further round takes the next. */
  readonly seed: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Progress, in pieces of lines. */
  readonly print: (text: string) => void;
}

/**
 * Each part runs at least once, and the round that is under way when the time is over is finished. Resolves with a line about all rounds;
 * rejects after the first fault, with how to repeat it.
 */
export async function runRounds({ parts, minutes, seed, now, print }: RoundsOptions): Promise<string> {
  const startedAt = now();
  const sinceStart = () => clock(now() - startedAt);
  let rounds = 0;
  do {
    for (const { name, round } of parts) {
      const roundSeed = seed + rounds;
      print(`${sinceStart()}  ${name}, seed ${roundSeed}: `);
      try {
        print(`${await round(roundSeed)}\n`);
      } catch (error) {
        const what = error instanceof Error ? error.message : String(error);
        print('a fault\n');
        throw new Error(
          `FAULT_FOUND: ${name} with seed ${roundSeed}: ${what}\n  why   what is promised of the log files does not hold\n  do    repeat it with: npm run soak -- --only ${name} --seed ${roundSeed}`,
          { cause: error },
        );
      }
    }
    rounds++;
  } while (now() - startedAt < minutes * 60_000);
  return `${rounds} rounds of ${parts.map(({ name }) => name).join(', ')} in ${sinceStart()}, without a fault`;
}

function clock(millis: number): string {
  const seconds = Math.round(millis / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
