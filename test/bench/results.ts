/** What was measured, as it is kept in `results.json`: every sample, so that the page can be made again without measuring. */
import type { Machine } from './machine.ts';
import type { Sample, Size } from './scenario.ts';

export interface ScenarioResults {
  /** The scenario's name. */
  readonly scenario: string;
  /** Day of the measurement, UTC. */
  readonly date: string;
  readonly size: Size;
  readonly machine: Machine;
  /** npm packages and other programs of the contestants, and their versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly ContestantResults[];
}

export interface ContestantResults {
  readonly contestant: string;
  readonly samples: readonly Sample[];
  /** Why there are no samples. */
  readonly skipped?: string;
}

/** Earlier results, with those of the scenarios measured now in place of theirs. */
export function mergeResults(
  earlier: readonly ScenarioResults[],
  measured: readonly ScenarioResults[],
): readonly ScenarioResults[] {
  const names = new Set(measured.map(({ scenario }) => scenario));
  return [...earlier.filter(({ scenario }) => !names.has(scenario)), ...measured];
}
