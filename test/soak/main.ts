/** The soak program: `npm run soak -- --help`. Progress goes to stderr, the result to stdout. */
import { randomInt } from 'node:crypto';

import { helpText, parseCommandLine } from './command-line.ts';
import { parts } from './parts.ts';
import { runRounds } from './rounds.ts';

const highestRandomSeed = 2 ** 30;
const partNames = parts.map(({ name }) => name);

try {
  const {
    isHelp,
    minutes,
    parts: names,
    seed = randomInt(highestRandomSeed),
  } = parseCommandLine(process.argv.slice(2), partNames);
  const result = isHelp
    ? helpText(partNames)
    : `${await runRounds({
        parts: parts.filter(({ name }) => names.includes(name)),
        minutes,
        seed,
        now: () => performance.now(),
        print: (text) => process.stderr.write(text),
      })}\n`;
  process.stdout.write(result);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
