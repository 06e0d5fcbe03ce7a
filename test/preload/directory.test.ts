/** Where the seven files go, and what happens where they cannot go there. */
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { concerns, type ConcernName } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { linesOf, readLog } from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';

const program = `${import.meta.dirname}/fixtures/emits.cjs`;
const names = concerns.map(({ name }) => name);
let place: string;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'directory-'));
  mkdirSync(join(place, 'app'));
  // Resolved from the working directory, which is the application's.
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(place, 'app', 'node_modules'));
});

afterEach(() => rmSync(place, { recursive: true }));

function run(env: Record<string, string>, wrapper: readonly string[] = []): Promise<Ending> {
  return startProgram({ args: [...preload, program], env, cwd: join(place, 'app'), wrapper }).ended();
}

/** The concerns whose own record is in its file below `directory`. */
function written(directory: string, among: readonly ConcernName[] = names): ConcernName[] {
  return among.filter((name) => linesOf(readLog(directory, name)).some((line) => line.includes(`for ${name}`)));
}

test.each([
  ['LOG_DIR', { LOG_DIR: 'PLACE/logs' }, 'logs'],
  ['LOG_DIR before STORAGE_ROOT', { LOG_DIR: 'PLACE/logs', STORAGE_ROOT: 'PLACE/storage' }, 'logs'],
  ['logs in STORAGE_ROOT', { STORAGE_ROOT: 'PLACE/storage' }, 'storage/logs'],
  ['logs in STORAGE_ROOT where LOG_DIR is empty', { LOG_DIR: '', STORAGE_ROOT: 'PLACE/storage' }, 'storage/logs'],
  ['LOG_DIR below the working directory', { LOG_DIR: 'some/logs' }, 'app/some/logs'],
] as const)('%s', async (...[, variables, expected]) => {
  const env = Object.entries(variables).map(([name, value]) => [name, value.replace('PLACE', place)]);
  const ending = await run(Object.fromEntries(env) as Record<string, string>);
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  expect(written(join(place, expected))).toEqual(names);
});

test.each([
  ['a file', 'ENOTDIR|EEXIST', () => writeFileSync(join(place, 'logs'), '')],
  [
    'below a file',
    'ENOTDIR',
    () => (writeFileSync(join(place, 'file'), ''), symlinkSync(join(place, 'file/x'), join(place, 'logs'))),
  ],
  ['a link that leads nowhere', 'ENOENT|EEXIST', () => symlinkSync(join(place, 'nowhere/x'), join(place, 'logs'))],
  ['a ring of links', 'ELOOP|EEXIST', () => symlinkSync(join(place, 'logs'), join(place, 'logs'))],
] as const)(
  'a log directory that is %s: all go to logs in the working directory, and one message says why',
  async (...[, code, prepare]) => {
    prepare();
    const ending = await run({ LOG_DIR: join(place, 'logs') });
    expect(ending).toMatchObject({ code: 0, stdout: '' });
    expect(ending.stderr).toMatch(
      new RegExp(
        `^LOG_DIR_NOT_WRITABLE: .*${place}/logs.* \\((${code})\\)\\n  why .*${place}/app/logs.*\\n  do  .*LOG_DIR.*\\n$`,
      ),
    );
    expect(written(join(place, 'app/logs'))).toEqual(names);
    expect(readLog(join(place, 'app/logs'), 'application')).toContain('LOG_DIR_NOT_WRITABLE');
  },
);

const isRoot = process.getuid?.() === 0;
/** A user who owns nothing here. */
const asStranger = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

test.skipIf(!isRoot)('a directory that only others may write: the fallback', async () => {
  mkdirSync(join(place, 'logs'), { mode: 0o755 });
  chmodSync(place, 0o755);
  chmodSync(join(place, 'app'), 0o777);
  const ending = await run({ LOG_DIR: join(place, 'logs') }, asStranger);
  expect(ending).toMatchObject({ code: 0, stdout: '' });
  expect(ending.stderr).toMatch(/^LOG_DIR_NOT_WRITABLE: .*\(EACCES\)\n.*\n.*uid 65534.*\n$/);
  expect(written(join(place, 'app/logs'))).toEqual(names);
});

test.skipIf(!isRoot)(
  'nowhere to write at all: the service runs, and one message a place says what is lost',
  async () => {
    mkdirSync(join(place, 'logs'), { mode: 0o755 });
    chmodSync(place, 0o755);
    const ending = await run({ LOG_DIR: join(place, 'logs') }, asStranger);
    expect(ending).toMatchObject({ code: 0, stdout: '' });
    expect(ending.stderr).toMatch(/^LOG_FILE_REFUSED: .*\(EACCES\)\n.*\n.*\n$/);
    expect(existsSync(join(place, 'app/logs'))).toBe(false);
  },
);

test('one file that cannot be opened goes to the fallback, the others stay', async () => {
  mkdirSync(join(place, 'logs/ldap.log'), { recursive: true });
  const ending = await run({ LOG_DIR: join(place, 'logs') });
  expect(ending.stderr).toMatch(/^LOG_DIR_NOT_WRITABLE: .*ldap\.log.* \(EISDIR\)\n/);
  expect(written(join(place, 'app/logs'))).toEqual(['ldap']);
  const others = names.filter((name) => name !== 'ldap');
  expect(written(join(place, 'logs'), others)).toEqual(others);
});

test.skipIf(!isRoot)('a log file that is a link somebody else made is not followed', async () => {
  mkdirSync(join(place, 'logs'));
  writeFileSync(join(place, 'precious'), 'precious\n');
  symlinkSync(join(place, 'precious'), join(place, 'logs/audit.log'));
  lchownSync(join(place, 'logs/audit.log'), 65534, 65534);
  await run({ LOG_DIR: join(place, 'logs') });
  expect(written(join(place, 'app/logs'))).toEqual(['audit']);
  expect(readFileSync(join(place, 'precious'), 'utf8')).toBe('precious\n');
});
