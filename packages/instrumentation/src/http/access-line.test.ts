import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatAccessLine, maxFieldLength, maxNameLength, type AccessFields } from './access-line.ts';

const plain: AccessFields = {
  method: 'GET',
  path: '/users/7',
  status: 200,
  durationMillis: 12.34,
  user: 'alice',
  clientAddress: '192.0.2.1',
  userAgent: 'curl/8.5.0 (x86_64)',
};

test('has the documented shape', () => {
  expect(formatAccessLine(plain)).toBe('GET /users/7 200 12.34ms user:alice ip:192.0.2.1 ua:"curl/8.5.0 (x86_64)"');
});

test('says anonymous and - for what is absent', () => {
  const fields = { method: '', path: '', status: 400, durationMillis: 0 };
  expect(formatAccessLine(fields)).toBe('- - 400 0.00ms user:anonymous ip:- ua:"-"');
});

test('tells a user called anonymous, and an agent called -, from none', () => {
  expect(formatAccessLine({ ...plain, user: 'anonymous', userAgent: '-' })).toContain('user:\\x61nonymous');
  expect(formatAccessLine({ ...plain, user: 'anonymous', userAgent: '-' })).toMatch(/ua:"\\x2D"$/);
});

test('shows the first part of a huge field, and how much is missing', () => {
  const line = formatAccessLine({ ...plain, path: `/${'a'.repeat(65_535)}` });
  expect(line).toContain(`/${'a'.repeat(maxFieldLength - 1)}\\+${65_536 - maxFieldLength} 200 `);
});

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 40 }),
  fc.constantFrom(
    '" 200 1.00ms user:root ip:-',
    '\\x22',
    'a\nb',
    '\\+5',
    '-',
    'anonymous',
    'x user:y',
    '\u2028',
    '\ud800',
  ),
);
const hostileFields = fc.record({
  method: hostileText,
  path: hostileText,
  status: fc.integer({ min: 100, max: 599 }),
  durationMillis: fc.integer({ min: 0, max: 1e9 }).map((hundredths) => hundredths / 100),
  user: hostileText,
  clientAddress: hostileText,
  userAgent: hostileText,
});

describe('whatever a client sends', () => {
  test('a reader of the line gets back exactly the fields', () => {
    fc.assert(
      fc.property(hostileFields, (fields) => {
        expect(parse(formatAccessLine(fields))).toEqual(fields);
      }),
      { numRuns: 2000 },
    );
  });

  test('the line is printable ASCII and shorter than what the file exporter cuts', () => {
    const huge = fc.string({ unit: fc.constantFrom('\uffff', '\x00', 'a', '"'), minLength: 3000, maxLength: 3000 });
    fc.assert(
      fc.property(
        fc.record({ user: huge, path: huge, method: huge, clientAddress: huge, userAgent: huge }),
        (fields) => {
          const line = formatAccessLine({ ...plain, ...fields });
          expect(line).toMatch(/^[ -~]+$/);
          expect(line.length).toBeLessThan(16 * 1024 + 2 * maxNameLength);
        },
      ),
      { numRuns: 20 },
    );
  });
});

/** The documented grammar, read strictly. */
function parse(line: string): AccessFields {
  const field = String.raw`((?:[!#-[\]-~]|\\x[0-9A-F]{2}|\\u[0-9A-F]{4})+)`;
  const quoted = field.replace('[!#', '[ !#');
  const grammar = `^${field} ${field} (\\d{3}) (\\d+\\.\\d\\d)ms user:${field} ip:${field} ua:"${quoted}"$`;
  const match = new RegExp(grammar).exec(line);
  if (match === null) throw new Error(`not an access line: ${line}`);
  const [, method = '', path = '', status, millis, user = '', clientAddress = '', userAgent = ''] = match;
  return {
    method: value(method, '-'),
    path: value(path, '-'),
    status: Number(status),
    durationMillis: Number(millis),
    user: value(user, 'anonymous'),
    clientAddress: value(clientAddress, '-'),
    userAgent: value(userAgent, '-'),
  };
}

function value(text: string, absent: string): string {
  if (text === absent) return '';
  return text.replace(/\\x([0-9A-F]{2})|\\u([0-9A-F]{4})/g, (...[, short, long]) =>
    String.fromCharCode(Number.parseInt(String(short ?? long), 16)),
  );
}
