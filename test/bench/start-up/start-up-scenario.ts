/** `start-up`: what a preload adds to the start and end of a program that does nothing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { autoInstrumentationsEnvironment, autoInstrumentationsFlags } from '../auto-instrumentations.ts';
import { measuredEnvironment } from '../measured-process.ts';
import { preloadEnvironment, preloadFlags } from '../preload.ts';
import type { Contestant, Sample, Scenario } from '../scenario.ts';

interface PreloadRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
  readonly nodeFlags: readonly string[];
  readonly environment: (directory: string) => Readonly<Record<string, string>>;
}

const preloads: readonly PreloadRow[] = [
  { name: 'bare', note: 'no preload', packages: [], nodeFlags: [], environment: () => ({}) },
  {
    name: 'ours',
    note: '`--require @sentrikat/instrumentation/register`; seven files are created, written and closed',
    packages: ['@sentrikat/instrumentation'],
    nodeFlags: preloadFlags,
    environment: preloadEnvironment,
  },
  {
    name: 'auto-instrumentations',
    note: '`--require @opentelemetry/auto-instrumentations-node/register`, all exporters `none`, no resource detector that asks a network',
    packages: ['@opentelemetry/auto-instrumentations-node'],
    nodeFlags: autoInstrumentationsFlags,
    environment: () => autoInstrumentationsEnvironment,
  },
];

const program = fileURLToPath(new URL('report-memory.cjs', import.meta.url));

export const startUpScenario: Scenario = {
  name: 'start-up',
  title: 'What starting costs',
  about: `\`node [preload] program.cjs\`, from the spawn to the end of the process; the program only prints its peak memory as it ends. Files of Node’s and the
packages’ own are in the page cache, as they are in a server that restarts.`,
  runs: { full: 21, quick: 2 },
  contestants: preloads.map(contestant),
  columns: [
    { title: 'wall ms', figure: 'wallMillis', summary: 'median', digits: 0, withSpread: true },
    { title: '× bare', figure: 'wallMillis', summary: 'median', digits: 2, relativeTo: 'bare' },
    {
      title: '× auto-instrumentations',
      figure: 'wallMillis',
      summary: 'median',
      digits: 2,
      relativeTo: 'auto-instrumentations',
    },
    { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'median', digits: 0 },
  ],
};

function contestant(row: PreloadRow): Contestant {
  const { name, note, packages } = row;
  return { name, note, packages, measure: ({ directory }) => startOnce(row, directory) };
}

async function startOnce({ name, nodeFlags, environment }: PreloadRow, directory: string): Promise<Sample> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...nodeFlags, program], {
    cwd: directory,
    env: measuredEnvironment(environment(directory)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [[code], peakRssKiB] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  const wallMillis = performance.now() - startedAt;
  if (code !== 0) throw new Error(`CONTESTANT_FAILED: "${name}" ended with ${String(code)}`);
  return { wallMillis, peakRssMiB: Number(peakRssKiB) / 1024 };
}
