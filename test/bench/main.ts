/** The benchmark program: `npm run bench -- --help`. Progress goes to stderr, what was asked for to stdout. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { helpText, parseCommandLine, type CommandLine } from './command-line.ts';
import { renderPage } from './page.ts';
import { requirePreload } from './preload.ts';
import { mergeResults, type ScenarioResults } from './results.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios.ts';

const resultsFile = fileURLToPath(new URL('results.json', import.meta.url));
const pageFile = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));
const scenarioNames = scenarios.map(({ name }) => name);

try {
  const commandLine = parseCommandLine(process.argv.slice(2), scenarioNames);
  if (commandLine.isHelp) process.stdout.write(helpText(scenarioNames));
  else if (commandLine.isPageOnly) keep([]);
  else await measure(commandLine);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function measure({ isQuick, scenarios: names, jsonFile }: CommandLine): Promise<void> {
  requirePreload();
  const startedAt = performance.now();
  const measured: ScenarioResults[] = [];
  for (const scenario of scenarios.filter(({ name }) => names.includes(name))) {
    measured.push(await runScenario(scenario, isQuick ? 'quick' : 'full', progress));
  }
  progress(`done in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  if (jsonFile !== undefined) writeJson(jsonFile, measured);
  if (isQuick) process.stdout.write(renderPage(scenarios, measured));
  else keep(measured);
}

function keep(measured: readonly ScenarioResults[]): void {
  const earlier = existsSync(resultsFile)
    ? (JSON.parse(readFileSync(resultsFile, 'utf8')) as readonly ScenarioResults[])
    : [];
  const results = mergeResults(earlier, measured);
  writeJson(resultsFile, results);
  writeFileSync(pageFile, renderPage(scenarios, results));
  process.stdout.write(`${pageFile}\n`);
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

function progress(message: string): void {
  process.stderr.write(`${message}\n`);
}
