/** What the benchmark program understands. Pure. */
import { parseArgs } from 'node:util';

export interface CommandLine {
  readonly isHelp: boolean;
  readonly isQuick: boolean;
  /** Only make the page again, from the results that are kept. */
  readonly isPageOnly: boolean;
  /** Names of the scenarios to run. */
  readonly scenarios: readonly string[];
  readonly jsonFile?: string;
}

/** Throws an Error, with its remedy, for what it does not understand. */
export function parseCommandLine(args: readonly string[], scenarioNames: readonly string[]): CommandLine {
  const { help, quick, page, only, json } = readFlags(args);
  const scenarios = only?.flatMap((names) => names.split(',')) ?? scenarioNames;
  const unknown = scenarios.find((name) => !scenarioNames.includes(name));
  if (unknown !== undefined) {
    throw new Error(
      `UNKNOWN_SCENARIO: there is no benchmark "${unknown}"\n  why   nothing was measured\n  do    choose from ${scenarioNames.join(', ')}`,
    );
  }
  return {
    isHelp: help,
    isQuick: quick,
    isPageOnly: page,
    scenarios,
    ...(json === undefined ? {} : { jsonFile: json }),
  };
}

export function helpText(scenarioNames: readonly string[]): string {
  return `Measures this project beside its rivals and writes docs/benchmarks.md.

Usage: npm run bench -- [options]

  --only NAME    run one benchmark, or several: --only ${scenarioNames.slice(0, 2).join(',')}  (there are: ${scenarioNames.join(', ')})
  --quick        small sizes, under two minutes; prints the page and keeps nothing
  --json FILE    write the samples of this run to FILE as well
  --page         measure nothing; make docs/benchmarks.md again from test/bench/results.json
  --help         this text

Examples:
  npm run bench                                    everything, some thirty minutes; keep the machine quiet
  npm run bench -- --only emit --quick             does one benchmark still run?
  npm run bench -- --only start-up                 measure one again; the others keep their results
  npm run bench -- --quick --json /tmp/bench.json  samples for a program to read
`;
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        quick: { type: 'boolean', default: false },
        page: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `UNKNOWN_OPTION: ${reason}\n  why   nothing was measured\n  do    npm run bench -- --help shows the options`,
      { cause: error },
    );
  }
}
