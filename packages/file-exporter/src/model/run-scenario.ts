/** Runs a scenario from its first step to the end of all troubles, and says what is wrong then. */
import { judge } from './judge.ts';
import { LogWorld } from './log-world.ts';
import type { Scenario } from './scenario.ts';

export interface Outcome {
  /** In words; empty when all is well. */
  readonly wrongs: readonly string[];
  /** Of how many operations on the disk and the lock each step of its writer consisted. */
  readonly operations: readonly number[];
}

export async function runScenario(scenario: Scenario): Promise<Outcome> {
  const world = new LogWorld(scenario);
  const operations: number[] = [];
  for (const step of scenario.steps) operations.push(await world.run(step));
  await world.recover();
  return { wrongs: judge(world), operations };
}
