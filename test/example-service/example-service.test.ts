/** The example service under the preload: what it answers, and what of that stands in which of the seven files. */
import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { concerns, type ConcernName } from '@sentrikat/file-exporter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  eventually,
  forbiddenLines,
  linesOf,
  parseAccessLine,
  parseDetailed,
  parseJsonLines,
  readLog,
  type AccessLine,
  type DetailedRecord,
} from '../instruments/log-files.ts';
import { startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { processesMarked } from './marked-processes.ts';
import { administrator, startService, workerCount, type RunningService } from './running-service.ts';

const memberPassword = 'correct horse battery staple';

let postgres: PostgresServer;
let service: RunningService;
let adminToken: string;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startService(postgres.url);
  adminToken = await service.logIn(administrator.name, administrator.password);
});

afterAll(async () => {
  await service.program.stop('SIGTERM');
  service.removeLogs();
  await postgres.stop();
});

const asAdmin: RunningService['call'] = (request, options) => service.call(request, { token: adminToken, ...options });

/** A user who may do nothing, unless a role says so; returns the id. */
async function createUser(name: string, role = 'member'): Promise<number> {
  const { body } = await asAdmin('POST /users', { body: { name, displayName: name, role, password: memberPassword } });
  return (body as { id: number }).id;
}

/** Records of a text file whose message matches, once there are as many. */
async function recordsOf(concern: ConcernName, message: RegExp, count = 1): Promise<DetailedRecord[]> {
  return eventually(() => {
    const found = parseDetailed(readLog(service.logs, concern)).filter((record) => message.test(record.message));
    return found.length >= count ? found : undefined;
  });
}

/** Lines of a JSON file whose message matches, once there are as many, in the order in which they came about. */
async function entriesOf(concern: ConcernName, message: RegExp, count = 1): Promise<Record<string, unknown>[]> {
  const found = await eventually(() => {
    const entries = parseJsonLines(readLog(service.logs, concern)).filter((entry) =>
      message.test(String(entry['message'])),
    );
    return entries.length >= count ? entries : undefined;
  });
  // Each worker writes what it has in its own good time.
  return found.toSorted((left, right) => String(left['timestamp']).localeCompare(String(right['timestamp'])));
}

async function accessLinesOf(path: string, count = 1): Promise<AccessLine[]> {
  return eventually(() => {
    const found = linesOf(readLog(service.logs, 'access'))
      .map(parseAccessLine)
      .filter((line) => line.path === path);
    return found.length >= count ? found : undefined;
  });
}

function filesThatHold(text: string): string[] {
  return concerns.flatMap(({ name }) => (readLog(service.logs, name).includes(text) ? [name] : []));
}

test('each worker has said once, in application.log and on standard output, that it is set up anew', async () => {
  const line = 're-initialized DB pool + logging';
  const [stdout] = await service.program.printed(/[^]*^listening on .*\n/m);
  expect(stdout).toMatch(/^(re-initialized DB pool \+ logging\n){4}listening on \S+, 4 workers\n$/);
  expect(await recordsOf('application', /^re-initialized DB pool \+ logging$/, workerCount)).toHaveLength(workerCount);
  expect(filesThatHold(line)).toEqual(['application']);
});

describe('a session', () => {
  test('is named to the access log by its user, from the login on', async () => {
    const id = await createUser('ada');
    const token = await service.logIn('ada', memberPassword);
    await service.call('GET /session?by=ada', { token });
    await service.call('GET /nobody-asks');
    expect((await accessLinesOf('/session', 3)).map(({ user }) => user)).toContain(String(id));
    expect((await accessLinesOf('/nobody-asks'))[0]).toMatchObject({ user: 'anonymous', status: '404' });
  });

  test('comes as a cookie, too, which no script and no other site can use', async () => {
    const { headers } = await service.call('POST /session', { body: administrator });
    const [pair = '', ...attributes] = headers.getSetCookie()[0]?.split('; ') ?? [];
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']));
    expect(await service.call('GET /session', { cookie: pair })).toMatchObject({ body: { name: 'admin' } });
  });

  test('ends with the logout', async () => {
    const token = await service.logIn(administrator.name, administrator.password);
    expect(await service.call('DELETE /session', { token })).toMatchObject({ status: 204 });
    expect(await service.call('GET /session', { token })).toMatchObject({ status: 401 });
  });

  test('ends with the password it began with', async () => {
    const id = await createUser('barbara-l');
    const token = await service.logIn('barbara-l', memberPassword);
    await asAdmin(`PATCH /users/${id}`, { body: { displayName: 'Barbara' } });
    expect(await service.call('GET /session', { token })).toMatchObject({ status: 200 });
    await asAdmin(`PATCH /users/${id}`, { body: { password: 'another password' } });
    expect(await service.call('GET /session', { token })).toMatchObject({ status: 401 });
    expect(await service.logIn('barbara-l', 'another password')).toMatch(/^[\w-]{43}$/);
    expect((await entriesOf('audit', new RegExp(`^UPDATE users:${id}$`), 2))[1]).toMatchObject({
      new_value: { passwordChanged: true },
    });
  });
});

describe('a lockout', () => {
  test('comes with the fifth wrong password, is a matter of security.log, and goes when an administrator says so', async () => {
    const id = await createUser('eve');
    const attempts = [];
    for (const password of ['1', '2', '3', '4', '5', memberPassword])
      attempts.push(await service.call('POST /session', { body: { name: 'eve', password } }));
    attempts.push(await service.call('POST /session', { body: { name: 'nobody', password: memberPassword } }));
    expect(new Set(attempts.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(attempts[0]).toMatchObject({ status: 401, body: { error: { code: 'login-failed' } } });

    const records = (await recordsOf('security', /user:eve /, 7)).map(({ level, message }) => `${level} ${message}`);
    const failure = 'WARNING [authn.login.failure] user:eve ip:127.0.0.1 reason:';
    expect(records.toSorted()).toEqual([
      'WARNING [authn.account.locked] user:eve ip:127.0.0.1',
      ...[1, 2, 3, 4, 5].map((count) => `${failure}bad_password - ${count} of 5`),
      `${failure}locked`,
    ]);
    expect(await recordsOf('security', /user:nobody .* reason:unknown_user$/)).toHaveLength(1);
    expect(filesThatHold('user:eve ')).toEqual(['security']);

    await asAdmin(`POST /users/${id}/unlock`);
    expect(await service.logIn('eve', memberPassword)).toMatch(/^[\w-]{43}$/);
    expect(await entriesOf('audit', new RegExp(`^UNLOCK users:${id}$`))).toHaveLength(1);
  });

  test('lets no more than five passwords be tried, however many are sent at once', async () => {
    await createUser('mallory');
    const guesses = [...Array.from({ length: 12 }, (...[, index]) => `guess ${index}`), memberPassword];
    await Promise.all(
      guesses.map((password) => service.call('POST /session', { body: { name: 'mallory', password } })),
    );
    const messages = (await recordsOf('security', /user:mallory /, 13)).map(({ message }) => message);
    const wrong = messages.filter((message) => message.includes('reason:bad_password'));
    const refused = messages.filter((message) => message.endsWith('reason:locked'));
    // The right one is answered as such only if it comes before the fifth wrong one, and the count begins anew then.
    expect(wrong.length).toBeGreaterThanOrEqual(5);
    expect(wrong.length).toBeLessThanOrEqual(9);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    expect(messages.filter((message) => message.startsWith('[authn.account.locked]'))).toHaveLength(1);
  });
});

describe('a role', () => {
  test.each([
    ['GET /users', 'manage-users'],
    ['POST /users', 'manage-users'],
    ['PATCH /users/1', 'manage-users'],
    ['POST /users/1/unlock', 'manage-users'],
    ['DELETE /users/1', 'manage-users'],
    ['POST /roles', 'manage-roles'],
    ['PUT /roles/member', 'manage-roles'],
    ['DELETE /roles/member', 'manage-roles'],
    ['PUT /settings/retention', 'manage-settings'],
    ['DELETE /settings/retention', 'manage-settings'],
    ['GET /reports/roles', 'run-reports'],
  ] as const)('that does not allow it keeps a member from %s', async (...[request, permission]) => {
    const name = `member-${request.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
    const id = await createUser(name);
    const token = await service.logIn(name, memberPassword);
    expect(await service.call(request)).toMatchObject({ status: 401 });
    expect(await service.call(request, { token, body: request.startsWith('GET') ? undefined : {} })).toMatchObject({
      status: 403,
      text: '{"error":{"code":"forbidden","message":"Your role does not allow this."}}',
    });
    const denied = `[authz.denied] user:${id} ip:127.0.0.1 target:${permission}`;
    expect(await recordsOf('security', new RegExp(`^\\${denied}$`))).toMatchObject([
      { level: 'WARNING', module: 'authentication' },
    ]);
  });

  test('takes effect in sessions that are open', async () => {
    await asAdmin('POST /roles', { body: { name: 'changing', permissions: [] } });
    await createUser('changeling', 'changing');
    const token = await service.logIn('changeling', memberPassword);
    expect(await service.call('GET /users', { token })).toMatchObject({ status: 403 });
    await asAdmin('PUT /roles/changing', { body: { permissions: ['manage-users'] } });
    expect(await service.call('GET /users', { token })).toMatchObject({ status: 200 });
  });

  test('stays as long as a user has it', async () => {
    await asAdmin('POST /roles', { body: { name: 'kept', permissions: [] } });
    await createUser('keeper', 'kept');
    expect(await asAdmin('DELETE /roles/kept')).toMatchObject({ status: 409 });
  });
});

describe('the audit trail', () => {
  const changes = [
    {
      requests: [
        ['POST /roles', { name: 'auditor', permissions: [] }],
        ['PUT /roles/auditor', { permissions: ['run-reports'] }],
        ['DELETE /roles/auditor', undefined],
      ],
      resource: 'roles:auditor',
      values: [
        { name: 'auditor', permissions: [] },
        { name: 'auditor', permissions: ['run-reports'] },
      ],
      difference: [{ permissions: [] }, { permissions: ['run-reports'] }],
    },
    {
      requests: [
        ['PUT /settings/retention.days', { value: 365 }],
        ['PUT /settings/retention.days', { value: 400 }],
        ['DELETE /settings/retention.days', undefined],
      ],
      resource: 'settings:retention.days',
      values: [{ value: 365 }, { value: 400 }],
      difference: [{ value: 365 }, { value: 400 }],
    },
  ] as const;

  test.each(changes)('has each change of $resource, with what was and what is now', async (change) => {
    for (const [request, body] of change.requests) await asAdmin(request, { body });
    const [before, after] = change.values;
    const common = { level: 'INFO', logger: 'audit', user_id: '1', ip_address: '127.0.0.1', resource: change.resource };
    const entries = await entriesOf('audit', new RegExp(` ${change.resource}$`), 3);
    expect(entries).toMatchObject([
      { ...common, action: 'CREATE', new_value: before },
      { ...common, action: 'UPDATE', old_value: change.difference[0], new_value: change.difference[1] },
      { ...common, action: 'DELETE', old_value: after },
    ]);
    expect([entries[0]?.['old_value'], entries[2]?.['new_value']]).toEqual([undefined, undefined]);
  });

  test('has each change of a user, with what has changed, and never a password', async () => {
    const id = await createUser('grace-h');
    await asAdmin(`PATCH /users/${id}`, { body: { displayName: 'Grace', role: 'analyst' } });
    await asAdmin(`DELETE /users/${id}`);
    const created = { id, name: 'grace-h', displayName: 'grace-h', role: 'member', source: 'local' };
    const changed = { ...created, displayName: 'Grace', role: 'analyst' };
    const entries = await entriesOf('audit', new RegExp(` users:${id}$`), 3);
    expect(entries.map(({ action, old_value, new_value }) => ({ action, old_value, new_value }))).toEqual([
      { action: 'CREATE', old_value: undefined, new_value: created },
      {
        action: 'ROLE_CHANGE',
        old_value: { displayName: 'grace-h', role: 'member' },
        new_value: { displayName: 'Grace', role: 'analyst' },
      },
      { action: 'DELETE', old_value: changed, new_value: undefined },
    ]);
  });

  test('keeps a change from being made that it cannot take', async () => {
    const id = await createUser('hedy-l');
    const trail = join(service.logs, 'audit.log');
    renameSync(trail, `${trail}.aside`);
    mkdirSync(trail);
    const refused = await asAdmin(`PATCH /users/${id}`, { body: { role: 'analyst' } });
    rmdirSync(trail);
    renameSync(`${trail}.aside`, trail);
    expect(refused).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
    const { body } = await asAdmin('GET /users');
    expect((body as { id: number; role: string }[]).find((user) => user.id === id)?.role).toBe('member');
    expect(await asAdmin(`PATCH /users/${id}`, { body: { role: 'analyst' } })).toMatchObject({ status: 200 });
    expect(await entriesOf('audit', new RegExp(`^ROLE_CHANGE users:${id}$`))).toHaveLength(1);
  });

  test('has nothing of a change that was refused', async () => {
    expect(await asAdmin('POST /users', { body: { name: 'No Name' } })).toMatchObject({ status: 400 });
    expect(await asAdmin('PUT /roles/none', { body: { permissions: [] } })).toMatchObject({ status: 404 });
    expect(await asAdmin('DELETE /users/2147483647')).toMatchObject({ status: 404 });
    await asAdmin('PUT /settings/last', { body: { value: true } });
    await entriesOf('audit', /^CREATE settings:last$/);
    expect(readLog(service.logs, 'audit')).not.toMatch(/No Name|roles:none|users:2147483647/);
  });
});

test('directory users are told of in ldap.log, and nowhere else', async () => {
  expect(await recordsOf('ldap', /^\[user\.provisioned\] SUCCESS user:system target:/, 3)).toHaveLength(3);
  const completed = /^\[directory\.sync\.completed\] SUCCESS user:system - 3 created, 0 changed, 0 unchanged, /;
  expect(await recordsOf('ldap', completed)).toHaveLength(1);
  expect(filesThatHold('directory.sync.completed')).toEqual(['ldap']);
  expect(await service.call('POST /session', { body: { name: 'grace', password: '' } })).toMatchObject({ status: 401 });
});

describe('a slow report', () => {
  test('is in performance.log with the route it took, and its statements without their literals', async () => {
    expect(await asAdmin('GET /reports/years/2019')).toMatchObject({ status: 200 });
    const [endpoint] = await entriesOf('performance', /^SLOW: GET /);
    expect(endpoint).toMatchObject({
      level: 'INFO',
      message: expect.stringMatching(/^SLOW: GET \/reports\/years\/:year took \d{4}\.\d\dms$/),
      endpoint: 'GET /reports/years/:year',
      user_id: '1',
      duration_ms: expect.toSatisfy((millis: number) => millis > 1000),
    });
    const queries = await entriesOf('performance', /^SLOW QUERY: .* AS quarter/, 4);
    expect(queries.map(({ message }) => String(message).replace(/[\d.]+ms/, 'Nms'))).toEqual(
      Array(4).fill(
        'SLOW QUERY: Nms SELECT $1::int AS year, $2::int AS quarter, count(*)::int AS users FROM users, pg_sleep(?)',
      ),
    );
    expect(new Set(queries.map(({ trace_id }) => trace_id))).toEqual(new Set([endpoint?.['trace_id']]));
  });

  test('may consist of one slow query', async () => {
    expect(await asAdmin('GET /reports/roles')).toMatchObject({ status: 200 });
    const [query] = await entriesOf('performance', /^SLOW QUERY: .* GROUP BY role/);
    expect(query?.['message']).toMatch(/ AS users, \? AS source FROM users, pg_sleep\(\?\) WHERE source = \? GROUP BY/);
    expect(readLog(service.logs, 'performance')).not.toContain('/reports/roles');
  });
});

describe('a failure on our side', () => {
  test('shows the client an id, and error.log alone the stack with its cause', async () => {
    const { status, body, text } = await asAdmin('GET /reports/archive?token=s3cret');
    const { id } = (body as { error: { id: string } }).error;
    expect(status).toBe(500);
    expect(text).toBe(`{"error":{"code":"internal","message":"Something failed on our side.","id":"${id}"}}`);

    const [record] = await recordsOf('error', new RegExp(`\\(${id}\\): `));
    expect(record).toMatchObject({ level: 'ERROR', module: 'report-routes' });
    expect(record?.message).toEqual(expect.stringMatching(`^GET /reports/archive failed \\(${id}\\): Error: `));
    const stack = record?.continuation.join('\n');
    expect(stack).toMatch(/^Error: the archive report cannot be made\n {4}at .*report-routes\.ts:\d+/);
    expect(stack).toMatch(/^Caused by: error: relation "archived_users" does not exist\n {4}at /m);
    expect(filesThatHold('archived_users')).toEqual(['error']);
    expect(filesThatHold('s3cret')).toEqual([]);
    expect((await accessLinesOf('/reports/archive'))[0]).toMatchObject({ status: '500', user: '1' });
  });
});

describe('what a client does wrong', () => {
  const user = { name: 'x', displayName: 'x', role: 'member', password: memberPassword };

  test.each([
    ['a body that is no JSON', 'POST /session', '{', 400],
    ['no body', 'POST /session', undefined, 400],
    ['a body of the wrong shape', 'POST /session', { name: {}, password: [] }, 400],
    ['a body beyond the limit', 'POST /session', { name: 'x'.repeat(70_000), password: '' }, 413],
    ['a NUL in a name', 'POST /session', { name: 'a\0b', password: 'x' }, 400],
    ['a NUL in a text', 'POST /users', { ...user, displayName: 'a\0b' }, 400],
    ['a NUL in a setting', 'PUT /settings/text', { value: 'a\0b' }, 400],
    ['keys of the prototype', 'POST /users', `{"__proto__":{"name":"x"},"constructor":1}`, 400],
    ['a setting named like a member of every object', 'PUT /settings/constructor', { value: 1 }, 200],
    ['a path that cannot be decoded', 'PUT /settings/%ff', { value: 1 }, 400],
    ['SQL in a name', 'POST /session', { name: `' OR 1=1 --`, password: 'x' }, 401],
    ['a role that is not there', 'POST /users', { ...user, role: 'none' }, 409],
    ['a password that is too short', 'POST /users', { ...user, password: 'short' }, 400],
    ['an id that is none', 'DELETE /users/1e99', undefined, 400],
    ['a method that is none of ours', 'PURGE /users', undefined, 404],
  ] as const)('is told to it in a word, and is no failure of ours: %s', async (...[, request, body, status]) => {
    const errors = readLog(service.logs, 'error');
    const answer = await asAdmin(request, { body });
    expect(answer).toMatchObject({ status });
    expect(answer.text).not.toMatch(/stack|node_modules|\.ts|postgres|SELECT|INSERT/i);
    await asAdmin('GET /health');
    expect(readLog(service.logs, 'error')).toBe(errors);
  });
});

test('no password, session token or password hash is in any file', () => {
  expect(filesThatHold(memberPassword)).toEqual([]);
  expect(filesThatHold(administrator.password)).toEqual([]);
  expect(filesThatHold(adminToken)).toEqual([]);
  expect(filesThatHold('scrypt$')).toEqual([]);
  expect(forbiddenLines(service.logs)).toEqual([]);
});

test('a worker that dies is replaced, which application.log tells', async () => {
  const workers = processesMarked(service.marker).filter((line) => !line.startsWith(`${service.program.pid} `));
  expect(workers).toHaveLength(workerCount);
  const victim = Number.parseInt(workers[0] ?? '', 10);
  process.kill(victim, 'SIGKILL');
  expect(await recordsOf('application', new RegExp(`^worker ${victim} ended \\(SIGKILL\\)`))).toMatchObject([
    { level: 'WARNING' },
  ]);
  expect(await recordsOf('application', /^re-initialized/, workerCount + 1)).toHaveLength(workerCount + 1);
  expect(await service.call('GET /health')).toMatchObject({ status: 200, body: { status: 'ok' } });
});
