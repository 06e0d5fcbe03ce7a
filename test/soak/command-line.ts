/** What the soak program understands. Pure. */
import { parseArgs } from 'node:util';

export interface CommandLine {
  readonly isHelp: boolean;
  readonly minutes: number;
  /** Of the first round; each further round takes the next. Absent: a random one. */
  readonly seed?: number;
  /** Names of the parts to run. */
  readonly parts: readonly string[];
}

const defaultMinutes = 10;

/** Throws an Error, with its remedy, for what it does not understand. */
export function parseCommandLine(args: readonly string[], partNames: readonly string[]): CommandLine {
  const { help, minutes, seed, only } = readFlags(args);
  const parts = only?.flatMap((names) => names.split(',')) ?? partNames;
  const unknown = parts.find((name) => !partNames.includes(name));
  if (unknown !== undefined) {
    refuse(`UNKNOWN_PART: there is nothing called "${unknown}" to run`, `choose from ${partNames.join(', ')}`);
  }
  return {
    isHelp: help,
    minutes: minutes === undefined ? defaultMinutes : positive('--minutes', minutes),
    parts,
    ...(seed === undefined ? {} : { seed: whole('--seed', seed) }),
  };
}

export function helpText(partNames: readonly string[]): string {
  return `Looks for what the tests of the log files do not find in their short time: runs them again and again, with other random choices each time.

Usage: npm run soak -- [options]

  --minutes N    for how long (default ${defaultMinutes}); the round that is under way then is finished
  --seed N       the seed of the first round, to repeat one that has failed (default: a random one); the next round takes N + 1
  --only NAME    run one part, or several: --only ${partNames.slice(0, 2).join(',')}  (there are: ${partNames.join(', ')})
  --help         this text

Ends with 0 when every round was without a fault, and with 1 after the first that was not, which it says how to repeat.

Examples:
  npm run soak                                  everything, ten minutes
  npm run soak -- --minutes 480                 over night
  npm run soak -- --only chaos --minutes 1      does it still run?
  npm run soak -- --only chaos --seed 4711      the round that has failed
`;
}

function positive(option: string, value: string): number {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  return refuse(`NOT_A_NUMBER: ${option} is "${value}"`, `give a number above 0: ${option} 5`);
}

/** What a generator of random numbers takes as a seed: 32 bits. */
function whole(option: string, value: string): number {
  const number = Number(value);
  if (value !== '' && Number.isInteger(number) && number >= 0 && number < 2 ** 31) return number;
  return refuse(`NOT_A_SEED: ${option} is "${value}"`, `give a whole number from 0 to ${2 ** 31 - 1}: ${option} 4711`);
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refuse(`UNKNOWN_OPTION: ${reason}`, 'npm run soak -- --help shows the options', error);
  }
}

function refuse(what: string, remedy: string, cause?: unknown): never {
  throw new Error(`${what}\n  why   nothing was run\n  do    ${remedy}`, { cause });
}
