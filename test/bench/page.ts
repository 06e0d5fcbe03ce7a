/** The page of results: Markdown out of samples. Pure, so the same samples always give the same page. */
import type { ContestantResults, ScenarioResults } from './results.ts';
import type { Column, Sample, Scenario } from './scenario.ts';
import { median, ratioOfMedians, spread, sum } from './statistics.ts';

export function renderPage(scenarios: readonly Scenario[], results: readonly ScenarioResults[]): string {
  const sections = scenarios.flatMap((scenario) => {
    const measured = results.find((result) => result.scenario === scenario.name);
    return measured === undefined ? [] : [renderSection(scenario, measured)];
  });
  return `${[heading, ...sections].join('\n\n')}\n`;
}

const heading = `# Benchmarks

<!-- Made by \`npm run bench\` out of test/bench/results.json: measure again rather than edit. -->

## How to read this

Every contestant does the same job in processes of its own, in turns with the others; a figure is the median of all runs, with the
lowest and the highest run in brackets where it leads the comparison, and a ratio compares two medians of the same benchmark.
Trust the ratios: absolute figures belong to the machine and the day named above each table, and a busy machine moves them
by a third. Look at what reached the disk before looking at the speed, since a program that loses lines has less to do.`;

function renderSection(scenario: Scenario, results: ScenarioResults): string {
  const { columns } = scenario;
  const resultsOf = new Map(results.rows.map((row) => [row.contestant, row]));
  const shown = scenario.contestants.flatMap(({ name, note }) => {
    const row = resultsOf.get(name);
    return row === undefined ? [] : [{ row, note }];
  });
  const rows = shown.map(({ row }) => [row.contestant, ...cells(columns, row, resultsOf)]);
  const table = [['', ...columns.map(({ title }) => title)], ['---', ...columns.map(() => '---:')], ...rows];
  return [
    `## ${scenario.title}`,
    scenario.about,
    provenance(results),
    table.map((line) => `| ${line.join(' | ')} |`).join('\n'),
    shown.flatMap(({ row, note }) => (note === undefined ? [] : [`- **${row.contestant}**: ${note}`])).join('\n'),
  ].join('\n\n');
}

function provenance({ date, size, machine, versions, rows }: ScenarioResults): string {
  const runs = Math.min(...rows.filter(({ skipped }) => skipped === undefined).map(({ samples }) => samples.length));
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.kernel}, Node ${machine.node}`;
  const hint = size === 'quick' ? ' **A quick run: too short to compare anything.**' : '';
  return `Measured on ${date}: ${where}. ${runs === 1 ? 'One run' : `${runs} runs`} each. With ${packages.join(', ')}.${hint}`;
}

type ResultsOf = ReadonlyMap<string, ContestantResults>;

function cells(columns: readonly Column[], row: ContestantResults, resultsOf: ResultsOf): readonly string[] {
  if (row.skipped !== undefined) return columns.map((_, index) => (index === 0 ? `skipped: ${row.skipped}` : ''));
  return columns.map((column) => cell(column, row, resultsOf));
}

function cell(column: Column, { contestant, samples }: ContestantResults, resultsOf: ResultsOf): string {
  const values = valuesOf(column.figure, samples);
  const format = numberFormat(column.digits);
  const { relativeTo } = column;
  if (relativeTo !== undefined) {
    const baseline = resultsOf.get(typeof relativeTo === 'string' ? relativeTo : relativeTo(contestant));
    if (baseline === undefined || baseline.skipped !== undefined) return '';
    return format(ratioOfMedians(values, valuesOf(column.figure, baseline.samples)));
  }
  const summary = format(summaries[column.summary](values));
  if (column.of !== undefined) {
    const whole = summaries[column.summary](valuesOf(column.of, samples));
    return whole === 0 ? '–' : `${summary} of ${format(whole)}`;
  }
  if (column.withSpread === undefined) return summary;
  const { lowest, highest } = spread(values);
  return `${summary} (${format(lowest)}–${format(highest)})`;
}

const summaries: Readonly<Record<Column['summary'], (values: readonly number[]) => number>> = {
  median,
  highest: (values) => spread(values).highest,
  sum,
};

/** A figure that a sample lacks would silently shift a median, so it is an error. */
function valuesOf(figure: string, samples: readonly Sample[]): readonly number[] {
  return samples.map((sample) => {
    const value = sample[figure];
    if (value === undefined) throw new RangeError(`FIGURE_MISSING: a sample has no "${figure}"`);
    return value;
  });
}

function numberFormat(digits: number): (value: number) => string {
  const { format } = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format;
}
