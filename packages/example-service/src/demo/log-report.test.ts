import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { reportLogs, shortcomingOf, sizesOf, type FileReport } from './log-report.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'log-report-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function reportOf(file: string, before: Awaited<ReturnType<typeof sizesOf>>): Promise<FileReport | undefined> {
  return (await reportLogs(folder, before)).find((report) => report.file === file);
}

test('a run is told apart from what was there before', async () => {
  writeFileSync(join(folder, 'access.log'), 'old\nold\n');
  const before = await sizesOf(folder);
  appendFileSync(join(folder, 'access.log'), 'néw\n');
  expect(await reportOf('access.log', before)).toMatchObject({ lines: 1, bytes: 5, sample: 'néw' });
});

test('a run is whole when the file was rotated meanwhile', async () => {
  const path = join(folder, 'access.log');
  writeFileSync(path, 'old\nold\n');
  const before = await sizesOf(folder);
  appendFileSync(path, 'new 1\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'new 2\n');
  expect(await reportOf('access.log', before)).toMatchObject({ lines: 2, bytes: 12 });
});

test('the sample is the telling record with all its lines, or else the first one', async () => {
  const path = join(folder, 'error.log');
  const before = await sizesOf(folder);
  writeFileSync(path, '[1] ERROR: other\n  Error: x\n');
  expect(await reportOf('error.log', before)).toMatchObject({ sample: '[1] ERROR: other\n  Error: x' });
  appendFileSync(path, '[2] ERROR: GET "/reports/archive" failed\n  Error: y\n      at z\n[3] ERROR: other\n');
  expect(await reportOf('error.log', before)).toMatchObject({
    lines: 6,
    sample: '[2] ERROR: GET "/reports/archive" failed\n  Error: y\n      at z',
  });
});

test('seven files are reported, whether they are there or not', async () => {
  const reports = await reportLogs(folder, await sizesOf(folder));
  expect(reports.map(({ file, bytes, sample }) => [file, bytes, sample])).toEqual(
    ['application', 'error', 'access', 'security', 'audit', 'ldap', 'performance'].map((name) => [
      `${name}.log`,
      0,
      '',
    ]),
  );
});

describe('a shortcoming', () => {
  const reports = ['error.log', 'access.log', 'audit.log'].map((file) => ({
    file,
    holds: '',
    lines: 3,
    bytes: 30,
    sample: '',
  }));

  test('is none when every file has something, and every request its line', () => {
    expect(shortcomingOf(reports, 3)).toBeUndefined();
    expect(shortcomingOf(reports, 2)).toBeUndefined();
  });

  test('is a request without a line', () => {
    expect(shortcomingOf(reports, 4)).toMatchObject({
      message: expect.stringMatching(/^DEMO_REQUESTS_MISSING: access.log has 3 lines for 4 requests\n/),
      exitCode: 1,
    });
  });

  test('is a file without a record', () => {
    const empty = reports.map((report) => (report.file === 'access.log' ? report : { ...report, bytes: 0 }));
    expect(shortcomingOf(empty, 3)?.message).toMatch(
      /^DEMO_FILES_EMPTY: nothing was written to "error.log", "audit.log"\n/,
    );
  });
});
