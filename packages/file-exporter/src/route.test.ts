import { describe, expect, test } from 'vitest';

import { concerns } from './concerns.ts';
import { createRouter } from './route.ts';
import { testRecord } from './test-record.ts';

const route = createRouter(concerns);
const INFO = 9;
const WARN = 13;
const ERROR = 17;

function filesOf(parts: Parameters<typeof testRecord>[0]): string[] {
  return route(testRecord(parts)).files.map((row) => row.file);
}

describe('the concern', () => {
  test('is what the record says', () => {
    expect(filesOf({ attributes: { 'sentrikat.concern': 'audit' } })).toEqual(['audit.log']);
  });

  test('is what the scope says where the record says nothing', () => {
    const instrumentationScope = { name: 'x', attributes: { 'sentrikat.concern': 'ldap' } };
    expect(filesOf({ instrumentationScope })).toEqual(['ldap.log']);
    expect(filesOf({ instrumentationScope, attributes: { 'sentrikat.concern': 'audit' } })).toEqual(['audit.log']);
  });

  test.each([
    ['user.created', 'audit.log'],
    ['authz.denied', 'security.log'],
    ['directory.sync.started', 'ldap.log'],
    ['http.server.request', 'access.log'],
    ['performance.slow_query', 'performance.log'],
    ['something.else', 'application.log'],
  ])('of an untagged %s is told by the event name', (eventName, file) => {
    expect(filesOf({ eventName, severityNumber: WARN })).toEqual([file]);
  });

  test.each(['nope', '../../etc/passwd', '__proto__', 'AUDIT', '', 42, { toString: () => 'audit' }])(
    '%j is none of the seven: the record goes to application.log and the tag is reported',
    (tag) => {
      const { files, unknownConcern } = route(
        testRecord({ attributes: { 'sentrikat.concern': tag }, eventName: 'user.created' }),
      );
      expect(files.map((row) => row.file)).toEqual(['application.log']);
      expect(unknownConcern).toBe(tag);
    },
  );
});

describe('the floor', () => {
  test('keeps a successful login out of security.log', () => {
    expect(filesOf({ eventName: 'authn.login.success', severityNumber: INFO })).toEqual([]);
    expect(filesOf({ eventName: 'authn.login.failure', severityNumber: WARN })).toEqual(['security.log']);
  });

  test('lets application errors into error.log as well, and only those', () => {
    expect(filesOf({ severityNumber: ERROR })).toEqual(['application.log', 'error.log']);
    expect(filesOf({ severityNumber: WARN })).toEqual(['application.log']);
    expect(filesOf({ severityNumber: ERROR, eventName: 'ldap.bind' })).toEqual(['ldap.log']);
    expect(filesOf({ severityNumber: ERROR, attributes: { 'sentrikat.concern': 'error' } })).toEqual(['error.log']);
  });

  test.each([
    [1, 'DEBUG'],
    [8, 'DEBUG'],
    [9, 'INFO'],
    [12, 'INFO'],
    [13, 'WARNING'],
    [17, 'ERROR'],
    [21, 'CRITICAL'],
    [24, 'CRITICAL'],
  ])('reads severity number %i as %s', (severityNumber, level) => {
    expect(route(testRecord({ severityNumber })).level).toBe(level);
  });

  test.each([0, -1, Number.NaN])(
    'reads the severity text where the number is %d, and takes INFO where both are missing',
    (number) => {
      const untold = testRecord({ severityNumber: number });
      expect(route({ ...untold, severityText: 'warn' }).level).toBe('WARNING');
      expect(route({ ...untold, severityText: '__proto__' }).level).toBe('INFO');
    },
  );
});
