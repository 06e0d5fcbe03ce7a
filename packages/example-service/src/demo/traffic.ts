/**
 * Some seconds in the life of a service: the table walks through everything it has, pleasant or not. Each step says what
 * it expects; an answer that differs ends the demo, because it would show something else than it says.
 */
import { randomBytes } from 'node:crypto';

import type { Answer, Client } from './client.ts';

export interface TrafficStep {
  readonly title: string;
  run(visit: Visit): Promise<void>;
}

/** What the steps share. */
export interface Visit {
  readonly client: Client;
  readonly adminPassword: string;
  /** Unique to this run, so that a second one in the same database meets no leftovers. */
  readonly suffix: string;
  /** The administrator's session, once there is one. */
  token?: string;
}

export function newVisit(client: Client, adminPassword: string): Visit {
  return { client, adminPassword, suffix: randomBytes(3).toString('hex') };
}

const memberPassword = 'correct horse battery staple';

export const trafficSteps: readonly TrafficStep[] = [
  {
    title: 'A load balancer asks whether the service is well',
    async run({ client }) {
      for (let count = 0; count < 10; count += 1) expect(await client.call('GET', '/health'), 200);
    },
  },
  {
    title: 'An administrator logs in',
    async run(visit) {
      expect(await visit.client.call('GET', '/users'), 401);
      visit.token = await logIn(visit.client, 'admin', visit.adminPassword);
      expect(await visit.client.call('GET', '/session', visit), 200);
    },
  },
  {
    title: 'Users, roles and settings are created, changed and deleted',
    async run({ client, token, suffix }) {
      const call = (method: string, path: string, body?: unknown) => client.call(method, path, { token, body });
      const role = `auditor-${suffix}`;
      expect(await call('POST', '/roles', { name: role, permissions: [] }), 201);
      expect(await call('PUT', `/roles/${role}`, { permissions: ['run-reports'] }), 200);
      const user = { name: `ada-${suffix}`, displayName: 'Ada Lovelace', role: 'member', password: memberPassword };
      const id = idOf(expect(await call('POST', '/users', user), 201));
      expect(await call('POST', '/users', user), 409);
      expect(await call('PATCH', `/users/${id}`, { role }), 200);
      expect(await call('DELETE', `/roles/${role}`), 409);
      expect(await call('DELETE', `/users/${id}`), 204);
      expect(await call('DELETE', `/roles/${role}`), 204);
      expect(await call('PUT', `/settings/retention.${suffix}`, { value: 365 }), 200);
      expect(await call('PUT', `/settings/retention.${suffix}`, { value: 400 }), 200);
      expect(await call('DELETE', `/settings/retention.${suffix}`), 204);
      expect(await call('POST', '/roles', { name: 'Not A Role' }), 400);
      expect(await call('GET', '/nowhere'), 404);
    },
  },
  {
    title: 'A password is guessed until the account is locked',
    async run({ client, token, suffix }) {
      const name = `eve-${suffix}`;
      const user = { name, displayName: 'Eve', role: 'member', password: memberPassword };
      const id = idOf(expect(await client.call('POST', '/users', { token, body: user }), 201));
      for (let guess = 1; guess <= 5; guess += 1)
        expect(await client.call('POST', '/session', { body: { name, password: `guess ${guess}` } }), 401);
      expect(await client.call('POST', '/session', { body: { name, password: memberPassword } }), 401);
      expect(await client.call('POST', '/session', { body: { name: 'nobody" at all', password: 'guess' } }), 401);
      expect(await client.call('POST', `/users/${id}/unlock`, { token }), 200);
      const memberToken = await logIn(client, name, memberPassword);
      expect(await client.call('GET', '/users', { token: memberToken }), 403);
      expect(await client.call('DELETE', '/session', { token: memberToken }), 204);
      expect(await client.call('DELETE', `/users/${id}`, { token }), 204);
    },
  },
  {
    title: 'Reports are made: two are slow, one fails',
    async run({ client, token }) {
      expect(await client.call('GET', '/reports/roles', { token }), 200);
      expect(await client.call('GET', '/reports/years/2026', { token }), 200);
      expect(await client.call('GET', '/reports/archive', { token }), 500);
    },
  },
  {
    title: 'A client goes away in the middle of a report',
    async run({ client, token = '' }) {
      await client.abandon('/reports/years/2026', token, 200);
    },
  },
  {
    title: 'Someone tries to forge log lines',
    async run({ client }) {
      const forgery = '%0A[2030-01-01%2000:00:00]%20INFO:%20GET%20/never%20200%201.00ms%20user:1';
      expect(await client.call('GET', `/hostile${forgery}`), 404);
      expect(await client.call('GET', '/hostile', { headers: { 'user-agent': 'x" 200 user:admin "\\' } }), 404);
      await client.sendRaw('GET /hostile\u001b[2J HTTP/1.1\r\nHost: x\r\n\r\n');
      await client.sendRaw('GET /hostile HTTP/1.1\r\nHost: x\r\nno colon in this line\r\n\r\n');
    },
  },
  {
    title: 'A crowd',
    async run({ client, token }) {
      const visitors = Array.from({ length: 12 }, async () => {
        for (const path of ['/session', '/users', '/settings', '/roles', '/health'])
          for (let count = 0; count < 3; count += 1) expect(await client.call('GET', path, { token }), 200);
      });
      await Promise.all(visitors);
    },
  },
];

async function logIn(client: Client, name: string, password: string): Promise<string> {
  const { body } = expect(await client.call('POST', '/session', { body: { name, password } }), 201);
  return String((body as { token?: unknown }).token);
}

function idOf({ body }: Answer): number {
  return Number((body as { id?: unknown }).id);
}

function expect(answer: Answer, status: number): Answer {
  if (answer.status === status) return answer;
  const { request, body } = answer;
  throw new Error(`"${request}" was answered ${answer.status} instead of ${status}: ${JSON.stringify(body)}`);
}
