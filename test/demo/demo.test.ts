/** `npm run demo` as a script and as a person start it: what it leaves, what it says, and that no process stays behind. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

import { concerns } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { processesMarked } from '../example-service/marked-processes.ts';
import {
  eventually,
  linesOf,
  parseAccessLine,
  parseDetailed,
  parseJsonLines,
  readLog,
} from '../instruments/log-files.ts';
import { startProgram, type Program } from '../instruments/program.ts';

const demo = join(dirname(fileURLToPath(import.meta.resolve('@sentrikat/example-service/postgres'))), 'main.ts');

/** All that the demo and its children put into TMPDIR; that its name is in their arguments or environment marks them. */
let scratch: string;
let logs: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'demo-scratch-'));
  // As root, Postgres runs as another user, who must reach its data.
  chmodSync(scratch, 0o755);
  logs = mkdtempSync(join(tmpdir(), 'demo-logs-'));
});
afterEach(() => {
  rmSync(scratch, { recursive: true });
  rmSync(logs, { recursive: true });
});

function leftovers(): string[] {
  return [...processesMarked(scratch), ...readdirSync(scratch)];
}

function startDemo(...args: string[]): Program {
  return startProgram({ args: [demo, ...args], env: { TMPDIR: scratch } });
}

describe('a demo that nobody watches', () => {
  test('leaves seven files that hold what it says, a line for every request, and nothing else', async () => {
    const { code, stdout, stderr } = await startDemo('--once', '--dir', logs).ended(100_000);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { file, name } of concerns) {
      const { size } = statSync(join(logs, file));
      const lines = linesOf(readLog(logs, name)).length;
      expect(size).toBeGreaterThan(0);
      expect(stdout).toMatch(new RegExp(`^${file} +${lines} lines +${size.toLocaleString('en')} bytes`, 'm'));
    }
    const [, sent, written] = /^(\d+) requests were sent, and access.log has (\d+) lines\.$/m.exec(stdout) ?? [];
    expect(linesOf(readLog(logs, 'access')).map(parseAccessLine)).toHaveLength(Number(sent));
    expect(written).toBe(sent);
    expect(stdout).toContain(`\nTry next\n`);
    expect(stdout).not.toContain('\u001b');

    expect(
      parseDetailed(readLog(logs, 'application')).filter(({ message }) => message.startsWith('re-init')),
    ).toHaveLength(4);
    expect(parseDetailed(readLog(logs, 'error'))).toHaveLength(1);
    expect(parseJsonLines(readLog(logs, 'audit')).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['CREATE', 'UPDATE', 'DELETE', 'UNLOCK']),
    );
    expect(leftovers()).toEqual([]);
  });

  test.each([
    ['a file', (path: string) => path],
    ['below a file', (path: string) => join(path, 'logs')],
  ])('is not started where its directory is %s', async (...[, directoryOf]) => {
    const file = join(logs, 'file');
    writeFileSync(file, '');
    const { code, stdout, stderr } = await startDemo('--once', '--dir', directoryOf(file)).ended();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^DEMO_DIRECTORY: .*\n {2}why {3}a file is in the way.*\n {2}do {4}.*--dir.*\n$/);
  });

  test('is not started with an option that it does not know', async () => {
    const { code, stdout, stderr } = await startDemo('--onec').ended();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^DEMO_USAGE: Unknown option "--onec"\n {2}why {3}.*\n {2}do {4}.*\n$/);
  });
});

test('the help has examples, and names every exit code', async () => {
  const { code, stdout, stderr } = await startDemo('--help').ended();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.match(/^ {2}(NO_COLOR=1 )?npm run demo.*/gm)?.length).toBeGreaterThanOrEqual(4);
  expect(stdout).toMatch(/^ {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}130, 143, 129 /m);
});

describe('a demo that is told to stop', () => {
  test.each([
    ['SIGINT', 'Postgres starts', 130],
    ['SIGTERM', 'The service starts', 143],
    ['SIGINT', 'Reports are made', 130],
    ['SIGHUP', 'A password is guessed', 129],
  ] as const)('by %s at "%s" leaves no process and no data, and ends with %d', async (...[signal, title, exitCode]) => {
    const program = startDemo('--once', '--dir', logs);
    await program.printed(new RegExp(title));
    await new Promise((resolve) => setTimeout(resolve, 150));
    const { code, stdout, stderr } = await program.stop(signal);
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: '' });
    expect(stdout).toContain(`the files stay in ${logs}\n`);
    expect(leftovers()).toEqual([]);
  });

  test.each(['The service starts', 'Reports are made'])(
    'by SIGKILL at "%s" leaves neither service nor Postgres, nor its data',
    async (title) => {
      const program = startDemo('--once', '--dir', logs);
      await program.printed(new RegExp(title));
      await program.stop('SIGKILL');
      expect(await eventually(() => (leftovers().length === 0 ? 'nothing' : undefined), 20_000)).toBe('nothing');
    },
  );

  test('because nobody reads what it prints does the same', async () => {
    const program = startDemo('--once', '--dir', logs);
    await program.printed(/The service starts/);
    program.child.stdout?.destroy();
    expect(await program.ended()).toMatchObject({ code: 141, stderr: '' });
    expect(leftovers()).toEqual([]);
  });
});

/** `script` gives it a terminal; on macOS it takes other options. */
describe.runIf(process.platform === 'linux')('a demo that is watched', () => {
  test.each([60, 120])('fits a terminal of %d columns, and runs until it is told to stop', async (columns) => {
    const program = startProgram({
      args: [demo],
      wrapper: ['sh', '-c', 'exec script --quiet --return --command "$COMMAND" /dev/null'],
      env: {
        COMMAND: `stty rows 40 cols ${columns}; exec "${process.execPath}" "${demo}" --dir "${logs}"`,
        TMPDIR: scratch,
        TERM: 'xterm-256color',
      },
    });
    const [, shown = ''] = await program.printed(/^([^]*)Try next[^]*Ctrl-C\.\r\n$/, 100_000);
    const [url = ''] = await program.printed(/http:\/\/127\.0\.0\.1:\d+/);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(shown).toContain('\u001b[36m████████');
    const rows = shown
      .replaceAll('\u001b[1G', '\r\n')
      .split('\r\n')
      .map((row) => stripVTControlCharacters(row));
    expect(rows.filter((row) => row.length > columns && !row.startsWith('Seven files in '))).toEqual([]);

    process.kill(Number.parseInt(processesMarked(`${process.execPath} ${demo} --dir ${logs}`)[0] ?? '', 10), 'SIGINT');
    const { code, stdout } = await program.ended();
    expect(code).toBe(0);
    expect(stdout).toContain(`the files stay in ${logs}\r\n`);
    expect(leftovers()).toEqual([]);
  });
});
