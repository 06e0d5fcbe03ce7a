/** How the example service comes up and goes down, and that nothing of it stays behind. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { eventually, linesOf, parseAccessLine, parseDetailed, readLog } from '../instruments/log-files.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { processesMarked } from './marked-processes.ts';
import { administrator, launchService, startService, workerCount, type RunningService } from './running-service.ts';

let postgres: PostgresServer;
beforeAll(async () => void (postgres = await startPostgres()));
afterAll(() => postgres.stop());

describe('a service that runs', () => {
  let service: RunningService;
  beforeEach(async () => void (service = await startService(postgres.url)));
  afterEach(async () => {
    await service.program.stop('SIGKILL');
    service.removeLogs();
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'answers on %s what it has begun, and then ends with code 0, and all workers with it',
    async (signal) => {
      const token = await service.logIn(administrator.name, administrator.password);
      const report = service.call('GET /reports/years/2026', { token });
      await new Promise((resolve) => setTimeout(resolve, 300));
      const start = performance.now();
      const ending = await service.program.stop(signal);
      // The report takes 1.2 s, and no connection that is merely open puts off the end.
      expect(performance.now() - start).toBeLessThan(4000);
      expect(ending).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(await report).toMatchObject({ status: 200 });
      expect(processesMarked(service.marker)).toEqual([]);

      const lines = linesOf(readLog(service.logs, 'access')).map(parseAccessLine);
      expect(lines.map(({ path, status }) => `${path} ${status}`)).toEqual(['/session 201', '/reports/years/2026 200']);
      const messages = parseDetailed(readLog(service.logs, 'application')).map(({ message }) => message);
      expect(messages.filter((message) => /^worker \d+ stopped$/.test(message))).toHaveLength(workerCount);
      expect(messages.at(-1)).toBe('stopped');
      expect(readLog(service.logs, 'error')).toBe('');
    },
  );

  test('does not wait for a client that has gone, nor report its absence as a failure', async () => {
    const token = await service.logIn(administrator.name, administrator.password);
    const headers = { authorization: `Bearer ${token}` };
    const signal = AbortSignal.timeout(300);
    await expect(fetch(`${service.url}/reports/years/2026`, { headers, signal })).rejects.toThrow(/timeout/);
    const start = performance.now();
    expect(await service.program.stop('SIGTERM')).toMatchObject({ code: 0 });
    expect(performance.now() - start).toBeLessThan(2000);
    expect(readLog(service.logs, 'error')).toBe('');
  });

  test('leaves no worker when its primary is killed', async () => {
    await service.program.stop('SIGKILL');
    expect(await eventually(() => (processesMarked(service.marker).length === 0 ? 'gone' : undefined))).toBe('gone');
  });
});

describe('a service that cannot start', () => {
  const marker = randomUUID();
  let logs: string;
  beforeEach(() => void (logs = mkdtempSync(join(tmpdir(), 'example-service-logs-'))));
  afterEach(() => rmSync(logs, { recursive: true }));

  test.each([
    ['no configuration', {}, /^CONFIGURATION_INVALID: DATABASE_URL \(.*\n {2}why {3}.*\n {2}do {4}/],
    [
      'no database',
      { DATABASE_URL: 'postgres://user:s3cret@127.0.0.1:1/none' },
      /^DATABASE_UNREACHABLE: .*\(ECONNREFUSED\)\n {2}why {3}.*\n {2}do {4}/,
    ],
    // An address that no machine has: https://www.rfc-editor.org/rfc/rfc5737
    ['an address that is not its own', { HOST: '192.0.2.1' }, /EADDRNOTAVAIL[^]*WORKER_DIED: .*\n {2}why {3}/],
  ])('for it has %s says so, there and in error.log, and ends with code 1', async (...[, env, message]) => {
    const database = Object.keys(env).includes('HOST') ? { DATABASE_URL: postgres.url } : {};
    const program = launchService({ LOG_DIR: logs, MARKER: marker, PORT: '0', ...database, ...env });
    const { code, stderr } = await program.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    const failures = parseDetailed(readLog(logs, 'error')).map((record) => record.message);
    expect(failures).toContain('the service does not start');
    expect(readLog(logs, 'error')).not.toContain('s3cret');
    await eventually(() => (processesMarked(marker).length === 0 ? true : undefined));
  });

  test('for it is told to end first ends in order', async () => {
    const program = launchService({ LOG_DIR: logs, MARKER: marker, PORT: '0', DATABASE_URL: postgres.url });
    await eventually(() => (/scheduler tick/.test(readLog(logs, 'application')) ? true : undefined));
    expect(await program.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    expect(processesMarked(marker)).toEqual([]);
  });
});
