import { expect, test } from 'vitest';

import { variables } from './configuration/variables.ts';
import { degradedNotice, noticeCodes, notices, noticeText, type Degraded, type Notice } from './notices.ts';

const hostile = 'a\nERROR in module (f:1): forged\u2028\u001b[31m"\\\ud800';

function degraded(effect: Degraded['effect'], error: Error): Degraded {
  return {
    type: 'degraded',
    concern: 'audit',
    path: '/var/log/audit.log',
    fallbackPath: '/app/logs/audit.log',
    effect,
    error,
  };
}

const systemError = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', errno: -13 });

/** One of each, with facts that try to be more than one line. */
const all: readonly Notice[] = [
  notices.UNKNOWN_VARIABLE(hostile, 'SENTRIKAT_AUDIT_FLOOR'),
  notices.VARIABLES_IGNORED([hostile, hostile]),
  notices.INVALID_VALUE('SENTRIKAT_AUDIT_FLOOR', variables.get('SENTRIKAT_AUDIT_FLOOR')!, hostile),
  notices.OTLP_UNAVAILABLE('OTEL_LOGS_EXPORTER', hostile, 'otlp or none'),
  notices.SAMPLER_UNKNOWN(hostile, ['always_on', 'always_off']),
  notices.OTLP_CERTIFICATE_UNREADABLE('OTEL_EXPORTER_OTLP_CERTIFICATE', hostile, new Error(hostile)),
  notices.SIGNING_KEY_UNUSABLE(hostile, new Error(hostile)),
  ...(['elsewhere', 'waiting', 'unrotated', 'unlocked'] as const).map((effect) =>
    degradedNotice({ ...degraded(effect, new Error(hostile)), path: `/${hostile}/a.log` }, 'uid 10001'),
  ),
  notices.BACKUP_NOT_COMPRESSED(`/${hostile}/a.log`, new Error(hostile)),
  notices.UNKNOWN_CONCERN(hostile),
  notices.PRELOAD_FAILED(new Error(hostile)),
  notices.NODE_TOO_OLD('v18.0.0'),
];

test('there is one of each code here', () => {
  expect(all.map(({ code }) => code)).toEqual(noticeCodes.map(({ code }) => code));
});

test.each(all)('$code is three lines of plain characters, whatever it is about', (notice) => {
  expect(noticeText(notice)).toMatch(/^[A-Z_]+: [ -~]+\n {2}why {3}[ -~]+\n {2}do {4}[ -~]+\n$/);
});

test('quotes the beginning of what is long', () => {
  expect(notices.UNKNOWN_CONCERN('x'.repeat(1e6)).what.length).toBeLessThan(300);
  expect(notices.UNKNOWN_CONCERN('x'.repeat(1e6)).what).toContain('xxx..."');
  expect(notices.UNKNOWN_CONCERN('x'.repeat(200)).what).not.toContain('...');
});

test('looks as documented', () => {
  expect(noticeText(degradedNotice(degraded('elsewhere', systemError), 'uid 10001'))).toBe(
    `LOG_DIR_NOT_WRITABLE: cannot open "/var/log/audit.log" (EACCES)
  why   it is written to "/app/logs/audit.log" instead, where nobody may look and a restart may lose it
  do    let uid 10001 write to "/var/log", or set LOG_DIR to a directory that it may write
`,
  );
});

test.each([
  [systemError, 'EACCES'],
  [
    Object.assign(new Error('unable to open database file'), { code: 'ERR_SQLITE_ERROR' }),
    'unable to open database file',
  ],
  [new Error('plain'), 'plain'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [Object.create(null), '[Object: null prototype] {}'],
])('gives the reason that tells most: %s', (error, reason) => {
  expect(notices.PRELOAD_FAILED(error).what).toBe(`the preload did not start (${reason})`);
});
