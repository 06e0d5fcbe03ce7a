import { context, INVALID_SPAN_CONTEXT, logs, ROOT_CONTEXT, trace, type LogRecord } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ldap, type LdapEntry } from './ldap.ts';
import { security, type SecurityEntry } from './security.ts';
import type { RequestMetadata } from './user.ts';

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

function inRequest(record: () => void): RequestMetadata {
  const metadata: RequestMetadata = {
    type: RPCType.HTTP,
    span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    user: '7',
    client: { address: '192.0.2.1', userAgent: 'curl/8', requestId: 'abc' },
  };
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  try {
    context.with(setRPCMetadata(ROOT_CONTEXT, metadata), record);
  } finally {
    context.disable();
  }
  return metadata;
}

function fails(): never {
  throw new Error('not yours');
}

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

test('what a client has put in the place of a text is shown as it is, and what is no event too', () => {
  const user: unknown = JSON.parse('{"toString":null}');
  security.record({ event: 'authn.login.failure', user: user as string, reason: 'bad_password' });
  security.record({ event: 'nothing.like.it', user: 5n } as unknown as SecurityEntry);
  expect(emitted.map(({ body }) => body)).toEqual([
    String.raw`[authn.login.failure] user:{\x22toString\x22:null} ip:- reason:bad_password`,
    expect.stringMatching(/^EVENT_UNKNOWN: \{"event":"nothing\.like\.it","user":"5"\} is no event/),
  ]);
});

test.each<[SecurityEntry, boolean | undefined]>([
  [{ event: 'authn.login.failure', user: 7, reason: 'locked' }, true],
  [{ event: 'authn.login.success', user: 7 }, undefined],
])('whether a refused request is told of by %j: %j', (event, isTold) => {
  const metadata = inRequest(() => security.record(event));
  expect(metadata.hasSecurityEvent).toBe(isTold);
});

test('an event that is unknown says who and where, and does not say why a request was refused', () => {
  const entry = { event: 'authn.login.failed', user: 'bob', reason: 'bad_password' } as unknown as SecurityEntry;
  const metadata = inRequest(() => security.record(entry));
  expect(emitted).toMatchObject([
    {
      concern: 'security',
      severityText: 'WARN',
      body: expect.stringMatching(/^EVENT_UNKNOWN: .* - user:bob ip:192\.0\.2\.1$/),
      attributes: {
        'user.id': 'bob',
        'client.address': '192.0.2.1',
        'user_agent.original': 'curl/8',
        'http.request.id': 'abc',
        'event.reason': 'bad_password',
        'code.file.path': import.meta.filename,
      },
    },
  ]);
  expect(metadata.hasSecurityEvent).toBeUndefined();
});

const unreadable: [string, unknown, string][] = [
  ['null', null, "Cannot read properties of null (reading 'event')"],
  ['a proxy', new Proxy({}, { get: fails }), 'not yours'],
  ['a getter', Object.defineProperty({ event: 'authz.denied' }, 'user', { get: fails }), 'not yours'],
  ['an unknown event with a getter', Object.defineProperty({ event: '?' }, 'user', { get: fails }), 'not yours'],
];

test.each(unreadable)(
  'what cannot be read has a line in its place that says where it comes from: %s',
  (...[, entry, reason]) => {
    const metadata = inRequest(() => security.record(entry as SecurityEntry));
    ldap.record(entry as LdapEntry);
    const line = {
      eventName: 'logging.unreadable',
      severityText: 'WARN',
      body: `a record could not be read: ${reason}`,
    };
    const origin = { 'user.id': '7', 'client.address': '192.0.2.1', 'code.file.path': import.meta.filename };
    expect(emitted).toMatchObject([
      { ...line, concern: 'security', attributes: origin },
      { ...line, concern: 'ldap' },
    ]);
    expect(metadata.hasSecurityEvent).toBeUndefined();
  },
);

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
