/** The benchmark program runs, small, with every contestant. Nothing here is about speed: timings prove nothing in a test. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { syncPerRecord } from './audit/trails.ts';
import { longestLineBytes } from './emit/destination.ts';
import { destinations } from './emit/destinations.ts';
import { renderPage } from './page.ts';
import type { ScenarioResults } from './results.ts';
import type { Sample } from './scenario.ts';
import { scenarios } from './scenarios.ts';

/** Of the others, whose servers take long to start and may have to be built, test/collector has its own test. */
const alone = scenarios.filter(({ setUp }) => setUp === undefined);
const program = fileURLToPath(new URL('main.ts', import.meta.url));

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: string[]): Promise<End> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], (...[, stdout, stderr]) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe('a quick run', () => {
  let directory: string;
  let end: End;
  let results: readonly ScenarioResults[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'bench-'));
    const file = join(directory, 'samples.json');
    end = await bench('--quick', '--json', file, '--only', alone.map(({ name }) => name).join(','));
    if (end.code !== 0) throw new Error(`the benchmarks ended with ${end.code}: ${end.stderr}`);
    results = JSON.parse(readFileSync(file, 'utf8')) as ScenarioResults[];
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('measures every contestant of every scenario that needs no servers, as often as a quick run promises', () => {
    expect(results.map(({ scenario }) => scenario)).toEqual(alone.map(({ name }) => name));
    for (const [index, { contestants, runs }] of alone.entries()) {
      const rows = results[index]?.rows ?? [];
      expect(rows.map(({ contestant }) => contestant)).toEqual(contestants.map(({ name }) => name));
      const due = rows.map(({ skipped }) => (skipped === undefined ? runs.quick : 0));
      expect(rows.map(({ samples }) => samples.length)).toEqual(due);
    }
  });

  test('gives a number for every figure of every column', () => {
    for (const [index, { columns }] of alone.entries()) {
      const samples = results[index]?.rows.flatMap((row) => row.samples) ?? [];
      for (const { figure } of columns) {
        expect(samples.filter((sample) => !Number.isFinite(sample[figure]))).toEqual([]);
      }
    }
  });

  test('prints the page with a row for each contestant, and its progress elsewhere', () => {
    for (const { title, contestants } of alone) {
      expect(end.stdout).toContain(`\n## ${title}\n`);
      for (const { name } of contestants) expect(end.stdout).toContain(`\n| ${name} | `);
    }
    expect(end.stdout).not.toContain('run 1 of');
    expect(end.stderr).toContain('emit, run 1 of 1: ');
  });

  test('accounts for each emitted line: on the disk, or lost', () => {
    const samples = samplesOf('emit');
    expect(samples.length).toBeGreaterThan(5);
    const writesNothing = destinations.filter((row) => row.writesNothing).map(({ name }) => name);
    expect(samples.flatMap(([name, { emitted }]) => (emitted === 0 ? [name] : []))).toEqual(writesNothing);
    expect(samples.filter(([, { emitted, found = 0, lost = 0 }]) => found + lost !== emitted)).toEqual([]);
  });

  test('finds all of our lines whole, once, in files that rotated and kept to their cap', () => {
    const samples = ours('emit');
    expect(samples).toHaveLength(4);
    for (const sample of samples) {
      expect(sample).toMatchObject({ found: sample['emitted'], lost: 0, torn: 0, duplicated: 0 });
      expect(sample['files']).toBeGreaterThan(2);
      expect(sample['largestFilePercent']).toBeLessThanOrEqual(100);
    }
  });

  test('emits no line that is longer than what backups are reckoned with', () => {
    const lengths = samplesOf('emit').map(([, { bytesPerLine }]) => bytesPerLine ?? Number.NaN);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(longestLineBytes);
  });

  test('accounts for each line of every number of processes, whoever fails', () => {
    const samples = samplesOf('processes').map(([, sample]) => sample);
    expect(samples.filter(({ emitted, found = 0, lost = 0 }) => found + lost !== emitted)).toEqual([]);
    expect(new Set(samples.map(({ emitted }) => emitted)).size).toBe(1);
    expect(samples.filter(({ failed = 0, processes = 0 }) => failed > processes)).toEqual([]);
  });

  test('finds all of our lines whole, once, in files that kept to their cap, however many processes wrote them', () => {
    const samples = ours('processes');
    expect(samples.map(({ processes }) => processes)).toEqual([1, 4, 16]);
    for (const sample of samples) {
      expect(sample).toMatchObject({ lost: 0, torn: 0, duplicated: 0, failed: 0 });
      expect(sample['files']).toBeGreaterThan(2);
      expect(sample['largestFilePerCap']).toBeLessThanOrEqual(1);
    }
  });

  test('finds every record that a caller was told of, ours in groups', () => {
    const samples = samplesOf('audit');
    expect(samples.filter(([, { recorded, found }]) => found !== recorded)).toEqual([]);
    for (const { recordsPerSync } of ours('audit')) expect(recordsPerSync).toBeGreaterThan(1);
    expect(samples.find(([contestant]) => contestant === syncPerRecord)?.[1]).toMatchObject({ recordsPerSync: 1 });
  });

  test('takes the time of every step more than once', () => {
    const samples = samplesOf('rotation');
    expect(samples.filter(([, { count = 0, medianMicros = 0 }]) => count < 2 || medianMicros <= 0)).toEqual([]);
  });

  test('finds an access line for each request of every server that writes them', () => {
    const samples = samplesOf('request');
    expect(samples.filter(([, { accessLines, accessLinesDue }]) => accessLines !== accessLinesDue)).toEqual([]);
    expect(samples.filter(([, { accessLinesDue = 0 }]) => accessLinesDue > 0)).toHaveLength(4);
  });

  function ours(scenario: string): readonly Sample[] {
    return samplesOf(scenario).flatMap(([contestant, sample]) => (contestant.startsWith('ours') ? [sample] : []));
  }

  function samplesOf(scenario: string): readonly (readonly [string, Sample])[] {
    const rows = results.find((result) => result.scenario === scenario)?.rows ?? [];
    return rows.flatMap(({ contestant, samples }) => samples.map((sample) => [contestant, sample] as const));
  }
});

test('--help shows examples and measures nothing', async () => {
  const { code, stdout, stderr } = await bench('--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('npm run bench -- --only emit --quick');
});

test('an unknown benchmark ends with 1 and says which there are', async () => {
  const { code, stdout, stderr } = await bench('--only', 'emitt');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  const names = scenarios.map(({ name }) => name).join(', ');
  expect(stderr).toMatch(/^UNKNOWN_SCENARIO: there is no benchmark "emitt"\n {2}why .+\n {2}do .+\n$/);
  expect(stderr).toContain(names);
});

test('docs/benchmarks.md is what the kept results say', () => {
  const kept = new URL('results.json', import.meta.url);
  const page = new URL('../../docs/benchmarks.md', import.meta.url);
  expect(existsSync(kept), 'measure with: npm run bench').toBe(true);
  const measured = JSON.parse(readFileSync(kept, 'utf8')) as ScenarioResults[];
  expect(readFileSync(page, 'utf8'), 'make it again with: npm run bench -- --page').toBe(
    renderPage(scenarios, measured),
  );
  expect(measured.map(({ scenario }) => scenario).toSorted()).toEqual(scenarios.map(({ name }) => name).toSorted());
  expect(measured.filter(({ size }) => size !== 'full')).toEqual([]);
});
