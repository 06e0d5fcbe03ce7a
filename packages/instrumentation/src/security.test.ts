import { logs, type LogRecord } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ldap, type LdapEntry } from './ldap.ts';
import { security, type SecurityEntry } from './security.ts';

let emitted: (LogRecord & { readonly concern: unknown })[];

beforeEach(() => {
  emitted = [];
  logs.setGlobalLoggerProvider({
    getLogger: (...[, , options]) => ({
      emit: (record) => emitted.push({ ...record, concern: options?.attributes?.['sentrikat.concern'] }),
      enabled: () => true,
    }),
  });
});

afterEach(() => logs.disable());

test('an event goes to the file of its concern', () => {
  security.record({ event: 'session.start', user: 7 });
  ldap.record({ event: 'user.provision.blocked', target: 'bob', reason: 'license' });
  expect(emitted).toMatchObject([
    {
      concern: 'security',
      eventName: 'session.start',
      attributes: { 'code.file.path': import.meta.filename, 'code.line.number': expect.any(Number) },
    },
    { concern: 'ldap', eventName: 'user.provision.blocked' },
  ]);
});

test('types refuse an event that does not exist, one of another concern, and one without what it needs', () => {
  // @ts-expect-error -- no such event
  security.record({ event: 'authn.login.maybe', user: 'bob' });
  // @ts-expect-error -- of ldap
  security.record({ event: 'directory.sync.started' });
  // @ts-expect-error -- without a reason
  security.record({ event: 'authn.login.failure', user: 'bob' });
  expect(emitted.map(({ body }) => String(body).slice(0, 21))).toEqual([
    'EVENT_UNKNOWN: {"even',
    'EVENT_UNKNOWN: {"even',
    '[authn.login.failure]',
  ]);
});

test('does nothing without the preload, and does not throw for what it is given', () => {
  logs.disable();
  security.record({ event: 'authz.denied' });
  security.record(undefined as unknown as SecurityEntry);
  ldap.record(
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ) as LdapEntry,
  );
  expect(emitted).toEqual([]);
});
