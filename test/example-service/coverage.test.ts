/** Every row of the coverage table: its line comes, in its file and with its actor, while its scene is played. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventRow, eventTables, type EventConcern } from '../../packages/instrumentation/src/vocabulary/events.ts';
import { eventually, parseDetailed, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { openPool, startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { noSlapd } from '../servers/slapd.ts';
import { startCompanyDirectory, type CompanyDirectory } from './company-directory.ts';
import { scenes, type SceneName, type Stage } from './coverage-scenes.ts';
import { coverage, isSeen, type Actor, type SeenRow } from './coverage.ts';
import { administrator, startService, type RunningService } from './running-service.ts';

const rows = coverage.flatMap((group) => group.rows).filter(isSeen);

/** How a line calls whom it is about. The first user of the service is the administrator. */
const actors: Readonly<Record<Actor, RegExp>> = {
  administrator: /^1$/,
  'a user': /^(?!1$)\d+$/,
  'a name': /^[a-z][a-z-]+$/,
  nobody: /^(\\?anonymous|-)$/,
  'the system': /^(system|directory)$/,
};

test.each((Object.keys(eventTables) as EventConcern[]).map((concern) => [concern] as const))(
  'each event of %s.log has its row',
  (concern) => {
    const covered = new Set<string>(rows.filter(({ file }) => file === concern).map(({ event }) => event));
    expect(eventTables[concern].map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  },
);

test('each scene has rows', () => {
  const played = new Set(rows.map(({ scene }) => scene));
  expect(Object.keys(scenes).filter((name) => !played.has(name as SceneName))).toEqual([]);
});

const reason = noSlapd();

describe.skipIf(reason !== undefined)(`a scene${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let postgres: PostgresServer;
  let directory: CompanyDirectory;
  let service: RunningService;
  let scratch: string;
  let stage: Stage;
  /** How long each file was before the scene. */
  let before: Record<EventConcern, number>;

  beforeAll(async () => {
    [postgres, directory] = await Promise.all([startPostgres(), startCompanyDirectory()]);
    scratch = mkdtempSync(join(tmpdir(), 'coverage-'));
    const mailFolder = join(scratch, 'mail');
    mkdirSync(mailFolder);
    const secretsKey = randomBytes(32).toString('base64');
    const env = {
      ...directory.env,
      MAIL_PICKUP_FOLDER: mailFolder,
      SECRETS_KEY: secretsKey,
      SENTRIKAT_SECURITY_FLOOR: 'INFO',
      WORKERS: '1',
      TICK_SECONDS: '0.2',
    };
    service = await startService(postgres.url, env);
    const token = await service.logIn(administrator.name, administrator.password);
    await eventually(() => (readLog(service.logs, 'ldap').includes('directory.sync.completed') ? true : undefined));
    stage = {
      service,
      env,
      databaseUrl: postgres.url,
      database: openPool(postgres.url),
      directory,
      mailFolder,
      secretsKey,
      asAdmin: (request, options) => service.call(request, { token, ...options }),
      untilLdapSays: async (pattern) => void (await eventually(() => pattern.exec(added('ldap')) ?? undefined)),
    };
  });

  afterAll(async () => {
    await stage.database.end();
    await service.program.stop('SIGTERM');
    service.removeLogs();
    rmSync(scratch, { recursive: true });
    await directory.slapd.stop();
    await postgres.stop();
  });

  function added(concern: EventConcern): string {
    return readLog(service.logs, concern).slice(before[concern]);
  }

  const plays = (Object.entries(scenes) as [SceneName, (stage: Stage) => Promise<void>][]).map(([name, play]) => ({
    name,
    play,
  }));

  test.each(plays)('$name', async ({ name, play }) => {
    before = {
      security: readLog(service.logs, 'security').length,
      audit: readLog(service.logs, 'audit').length,
      ldap: readLog(service.logs, 'ldap').length,
    };
    await play(stage);
    const expected = rows.filter(({ scene }) => scene === name);
    let missing: readonly SeenRow[] = expected;
    // That time is up says less than what is missing then.
    await eventually(() => ((missing = unseen(expected)).length === 0 ? true : undefined), 5000).catch(() => {});
    const shown = Object.keys(before).map((concern) => added(concern as EventConcern));
    expect(missing, shown.join('\n')).toEqual([]);
  });

  function unseen(expected: readonly SeenRow[]): SeenRow[] {
    return expected.filter((row) => !(row.file === 'audit' ? isInTrail(row) : isInText(row, row.file)));
  }

  function isInTrail({ event, by, says }: SeenRow): boolean {
    return parseJsonLines(added('audit')).some(
      (entry) =>
        entry['event'] === event &&
        actors[by].test(String(entry['user_id'])) &&
        `${String(entry['action'])} ${String(entry['resource']).split(':')[0]}` === says &&
        (entry['attributes'] as Record<string, unknown>)['event.outcome'] === 'success',
    );
  }

  /** An operation of the client has the level of how it ended; an event that of its row in the vocabulary. */
  function isInText({ event, by, says = '' }: SeenRow, concern: EventConcern): boolean {
    const level = eventRow(concern, event)?.level ?? (says === 'FAILED' ? 'ERROR' : 'INFO');
    return parseDetailed(added(concern)).some(
      (record) =>
        record.level === level &&
        record.message.startsWith(`[${event}] `) &&
        record.message.includes(says) &&
        actors[by].test(/ user:(\S+)/.exec(record.message)?.[1] ?? ''),
    );
  }
});
