/** What is run again and again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { runChaos, type ChaosOptions } from '../chaos/chaos.ts';
import { compareWithPython } from '../differential/differential.ts';
import { findPythons } from '../differential/pythons.ts';
import { surviveOutages } from './outage.ts';
import type { Part } from './rounds.ts';

/** Some twenty seconds' worth of each, but for the outages, whose ten minutes are the point. */
const sequencesPerPython = 1_000;
const modelScenarios = 2_000;
const chaosSeconds = 20;

export const parts: readonly Part[] = [
  { name: 'differential', round: playSequences },
  { name: 'model', round: checkModel },
  { name: 'chaos', round: (seed) => killProcesses(seed, { hasStrangers: false, compressBackups: false }) },
  { name: 'compression', round: (seed) => killProcesses(seed, { hasStrangers: false, compressBackups: true }) },
  { name: 'strangers', round: (seed) => killProcesses(seed, { hasStrangers: true, compressBackups: false }) },
  { name: 'outage', round: (seed) => surviveOutages(seed) },
];

async function playSequences(seed: number): Promise<string> {
  const figures: string[] = [];
  for (const python of findPythons()) {
    const { sequences, actions } = await compareWithPython({ python, seed, sequences: sequencesPerPython });
    figures.push(`${sequences} sequences of ${actions} actions with Python ${python.version}`);
  }
  return figures.join(', ');
}

/** The model's tests are the package's own, so they run as such. */
async function checkModel(seed: number): Promise<string> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'packages/file-exporter/src/model'];
  const env = { ...process.env, SOAK_SEED: String(seed), SOAK_SEEDS: String(modelScenarios) };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the tests of the model have ended with ${code}\n${output}`);
  return `${modelScenarios} scenarios`;
}

async function killProcesses(seed: number, variant: Omit<ChaosOptions, 'seed' | 'seconds'>): Promise<string> {
  const { faults, ...figures } = await runChaos({ seed, seconds: chaosSeconds, ...variant });
  if (faults.length > 0) throw new Error(`${faults.length} faults\n${faults.join('\n')}`);
  return Object.entries(figures)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
