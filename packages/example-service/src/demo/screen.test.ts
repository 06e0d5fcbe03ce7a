import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

import { describe, expect, test } from 'vitest';

import type { FileReport } from './log-report.ts';
import { Screen, type Output } from './screen.ts';

const escape = '\u001b';

/** A screen of that width, or no terminal at all, and what was written to it. */
function newScreen(
  columns: number | undefined,
  environment: NodeJS.ProcessEnv = {},
): { screen: Screen; text(): string } {
  const stream = new PassThrough({ encoding: 'utf8' });
  const output = Object.assign(stream, { isTTY: columns !== undefined, columns }) as unknown as Output;
  return { screen: new Screen(output, environment), text: () => String(stream.read() ?? '') };
}

const reports: readonly FileReport[] = [
  { file: 'audit.log', holds: 'who changed what', lines: 1, bytes: 1234, sample: 'x'.repeat(1000) },
  { file: 'ldap.log', holds: 'directory', lines: 0, bytes: 0, sample: '' },
  { file: 'error.log', holds: 'stacks', lines: 4, bytes: 40, sample: `[1] first\n  second\n\u202e third\nfourth` },
];

/** One of everything, as it was written. */
function showAll(columns: number | undefined, environment: NodeJS.ProcessEnv): string {
  const { screen, text } = newScreen(columns, environment);
  screen.heading('heading');
  screen.reports(reports);
  screen.commands([{ shows: 'a', command: 'b' }]);
  return text();
}

describe('reports', () => {
  test.each([60, 120])('fit a terminal of %d columns', (columns) => {
    const { screen, text } = newScreen(columns);
    screen.reports(reports);
    const rows = stripVTControlCharacters(text()).split('\n');
    expect(rows.filter((row) => row.length > columns)).toEqual([]);
    expect(rows.slice(0, 4)).toEqual([
      'audit.log      1 lines     1,234 bytes   who changed what',
      `  ${'x'.repeat(columns - 2)}`,
      `  ${'x'.repeat(columns - 2)}`,
      `  ${'x'.repeat(columns - 3)}…`,
    ]);
  });

  test('keep the lines of a record, and mark that there are more', () => {
    const { screen, text } = newScreen(undefined);
    screen.reports(reports.slice(2));
    expect(text().split('\n').slice(1)).toEqual(['  [1] first', '    second', '  \u202e third …', '']);
  });

  test.each([0, undefined])('are 120 columns wide where the width is %s', (columns) => {
    const { screen, text } = newScreen(columns);
    screen.reports(reports);
    expect(stripVTControlCharacters(text()).split('\n')[1]).toHaveLength(120);
  });
});

describe('colour', () => {
  test('is there on a terminal', () => {
    expect(showAll(80, { NO_COLOR: '' })).toContain(`${escape}[32maudit.log${escape}[39m`);
    expect(showAll(80, {})).toContain(`${escape}[31mldap.log`);
  });

  test.each([
    ['an output that is no terminal', undefined, { FORCE_COLOR: '1' }],
    ['someone who wants none', 80, { NO_COLOR: '1', FORCE_COLOR: '1' }],
    ['a dumb terminal', 80, { TERM: 'dumb' }],
  ])('is not there for %s', (...[, columns, environment]) => {
    expect(showAll(columns, environment)).not.toContain(escape);
  });
});

describe('progress', () => {
  test('is a line each where it cannot be written over', () => {
    const { screen, text } = newScreen(undefined);
    screen.progress(0, 2, 'first');
    screen.progress(1, 2, 'second');
    expect(text()).toBe('[0/2] first\n[1/2] second\n');
  });

  test('is one line on a terminal, cut to its width and gone before the next text', () => {
    const { screen, text } = newScreen(10, { NO_COLOR: '1' });
    screen.progress(1, 2, 'a long title');
    screen.line('next');
    expect(text()).toBe(`█░ a long…${escape}[2K${escape}[1Gnext\n`);
  });
});
