/** Workers that are replaced while requests flow, by PM2 and by a primary of Node's own: no line is lost, none is there twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { verifyTrail } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import {
  eventually,
  linesOf,
  parseAccessLine,
  parseDetailed,
  parseJsonLines,
  readLog,
} from '../instruments/log-files.ts';
import { preload, startProgram, type Ending } from '../instruments/program.ts';
import { startTraffic } from '../instruments/steady-traffic.ts';
import { startWithPm2 } from '../servers/pm2.ts';

const fixtures = `${import.meta.dirname}/fixtures`;
const workerLine = 're-initialized DB pool + logging';
const replacements = 3;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rolling-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

interface Workers {
  printed(): string;
  /** Puts a new worker in the place of each of the two. */
  replace(): Promise<void>;
  /** As an operator ends them; once. */
  end(): Promise<void>;
}

const primaries: Readonly<Record<string, () => Promise<Workers>>> = {
  async PM2() {
    const pm2 = await startWithPm2({
      home: join(directory, 'pm2'),
      script: `${fixtures}/rolling-service.cjs`,
      instances: 2,
      env: { LOG_DIR: join(directory, 'logs') },
    });
    return { printed: pm2.printed, replace: pm2.reload, end: pm2.kill };
  },
  async 'a primary of Node’s own'() {
    const primary = startProgram({
      args: [...preload, `${fixtures}/rolling-primary.cjs`],
      env: { LOG_DIR: join(directory, 'logs') },
    });
    let output = '';
    let ending: Promise<Ending> | undefined;
    primary.child.stdout?.on('data', (text: string) => (output += text));
    let replaced = 0;
    return {
      printed: () => output,
      async replace() {
        replaced += 1;
        primary.child.kill('SIGHUP');
        await eventually(() => output.split('replaced all workers').length > replaced || undefined);
      },
      async end() {
        ending ??= primary.stop('SIGTERM');
        expect(await ending).toMatchObject({ code: 0, signal: null, stderr: '' });
      },
    };
  },
};

describe.each(Object.entries(primaries))('%s', (...[, start]) => {
  test('replaces its workers without losing a request, a line or an audited change', async () => {
    const workers = await start();
    onTestFinished(() => workers.end());
    const logs = join(directory, 'logs');
    const [, port] = await eventually(() => /listening on (\d+)/.exec(workers.printed()) ?? undefined);
    const traffic = startTraffic(`http://127.0.0.1:${port}`);
    for (let round = 0; round < replacements; round++) {
      await traffic.answers(50);
      await workers.replace();
    }
    await traffic.answers(50);
    await traffic.stop();
    await workers.end();

    expect(traffic.failed).toEqual([]);
    const paths = linesOf(readLog(logs, 'access')).map((line) => parseAccessLine(line).path);
    expect(paths.toSorted()).toEqual(traffic.answered.toSorted());
    const changes = parseJsonLines(readLog(logs, 'audit')).map(({ resource }) => resource);
    const audited = traffic.answered.filter((path) => path.startsWith('/audited/'));
    expect(changes.toSorted()).toEqual(audited.map((path) => path.replace('/audited/', 'orders:')).toSorted());
    expect(await verifyTrail({ path: join(logs, 'audit.log') })).toMatchObject({ isWhole: true, files: 1 });

    const started = 2 * (replacements + 1);
    const said = parseDetailed(readLog(logs, 'application')).filter(({ message }) => message === workerLine);
    expect(said).toHaveLength(started);
    expect(linesOf(workers.printed()).filter((line) => line === workerLine)).toHaveLength(started);
  });
});
