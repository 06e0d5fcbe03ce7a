/** Records of libraries that still use `@opentelemetry/api-logs`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseDetailed, readLog } from '../instruments/log-files.ts';
import { preload, startProgram } from '../instruments/program.ts';

test('records emitted through the old Logs API arrive in the file of their concern', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'api-logs-'));
  const program = `${import.meta.dirname}/fixtures/api-logs.cjs`;
  const ending = await startProgram({ args: [...preload, program], env: { LOG_DIR: directory } }).ended();
  expect(ending).toMatchObject({ code: 0, stderr: '' });
  expect(parseDetailed(readLog(directory, 'security'))).toMatchObject([
    { level: 'WARNING', module: 'a-library', message: 'through the old API' },
    { level: 'ERROR', module: 'another', message: 'untagged' },
  ]);
  rmSync(directory, { recursive: true });
});
