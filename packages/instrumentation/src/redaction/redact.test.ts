import { inspect } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { maxDepth, maxRecordCharacters, maxShortCharacters, maxTextCharacters, maxValues } from './limits.ts';
import { createRedact, createValueRedaction } from './redact.ts';
import { hostileBeginnings, hostileUnits } from './text/hostile-texts.test-corpus.ts';

const redact = createRedact();

test.each<[what: string, value: unknown, redacted: unknown, count: number]>([
  ['nothing', undefined, undefined, 0],
  ['a text', 'password=a', 'password=[redacted]', 1],
  ['several secrets in a text', 'password=a token=b', 'password=[redacted] token=[redacted]', 2],
  ['a key', { name: 'a', password: 'b' }, { name: 'a', password: '[redacted]' }, 1],
  ['keys at any depth', { a: [{ b: { pin: 1 } }], c: 'd' }, { a: [{ b: { pin: '[redacted]' } }], c: 'd' }, 1],
  [
    'a key as forms write it',
    { 'user%5Bpin%5D': 'a b', 'user%5Bname%5D': 'c' },
    { 'user%5Bpin%5D': '[redacted]', 'user%5Bname%5D': 'c' },
    1,
  ],
  ['all below a key', { credentials: { user: 'a', pass: { b: 1 } } }, { credentials: '[redacted]' }, 1],
  ['a list below a key', { tokens: ['a', 'b'] }, { tokens: ['[redacted]'] }, 1],
  [
    'attributes of requests',
    { 'http.request.header.cookie': ['a=b'] },
    { 'http.request.header.cookie': ['[redacted]'] },
    1,
  ],
  ['texts in lists', ['a', 'Bearer a1b2c3'], ['a', 'Bearer [redacted:credentials]'], 1],
  [
    'what is no secret yet',
    { password: null, token: '', secret: false, tokens: [] },
    { password: null, token: '', secret: false, tokens: [] },
    0,
  ],
  [
    'what is one no more',
    { password: '[redacted]', token: ['[redacted:jwt]'] },
    { password: '[redacted]', token: ['[redacted:jwt]'] },
    0,
  ],
  ['what only looks like a mark', { password: '[redacted:hunter2]' }, { password: '[redacted]' }, 1],
  ['a map', new Map([['password', 'a']]), [['password', '[redacted]']], 1],
  [
    'entries',
    Object.entries({ a: 1, password: 'b' }),
    [
      ['a', 1],
      ['password', '[redacted]'],
    ],
    1,
  ],
  [
    'lists of fields',
    [
      ['password', 'email', 'phone'],
      ['x', 'cookie', 'y', 'z'],
      ['cookie', 'theme', 'language'],
    ],
    [
      ['password', 'email', 'phone'],
      ['x', 'cookie', 'y', 'z'],
      ['cookie', 'theme', 'language'],
    ],
    0,
  ],
  ['a list of fields', { changed: ['password', 'email'] }, { changed: ['password', 'email'] }, 0],
  [
    'headers in turn',
    ['Host', 'a', 'Cookie', 'b', 'X-Api-Key', 'c'],
    ['Host', 'a', 'Cookie', '[redacted]', 'X-Api-Key', '[redacted]'],
    2,
  ],
  [
    'lists of the names of headers',
    { allowedHeaders: ['Authorization', 'Content-Type', 'X-Api-Key', 'accept'], headers: ['Authorization', 'a-b'] },
    {
      allowedHeaders: ['Authorization', 'Content-Type', 'X-Api-Key', 'accept'],
      headers: ['Authorization', '[redacted]'],
    },
    1,
  ],
  [
    'a command line',
    ['a', '--password', 'host', '--user', 'c', '--token'],
    ['a', '--password', '[redacted]', '--user', 'c', '--token'],
    1,
  ],
  [
    'what a database says of a row',
    { detail: 'Failing row contains (17, a).', err: { detail: 'Key (token)=(a) already exists.' } },
    { detail: 'Failing row contains ([redacted]).', err: { detail: 'Key (token)=([redacted]) already exists.' } },
    2,
  ],
  ['a query', { 'url.query': 'code=a&b=c' }, { 'url.query': 'code=[redacted]&b=c' }, 1],
  [
    'a name beside its value',
    [
      { name: 'Cookie', value: 'a' },
      { name: 'Host', value: 'b' },
    ],
    [
      { name: 'Cookie', value: '[redacted]' },
      { name: 'Host', value: 'b' },
    ],
    1,
  ],
  [
    'a name beside its value, whatever both are called',
    [
      { type: 'field', path: 'password', location: 'body', value: 'a' },
      { field: 'password', oldValue: 'a1', newValue: 'b2', old_value: 'c3', new_value: 'd4' },
      { Name: 'DB_PASSWORD', Value: 'a' },
      { ParameterKey: 'DbPassword', ParameterValue: 'a' },
      { name: 'field1', key: 'password', value: 'a' },
      { name: 'field1', field: 'email', value: 'a', oldValue: 'b' },
    ],
    [
      { type: 'field', path: 'password', location: 'body', value: '[redacted]' },
      {
        field: 'password',
        oldValue: '[redacted]',
        newValue: '[redacted]',
        old_value: '[redacted]',
        new_value: '[redacted]',
      },
      { Name: 'DB_PASSWORD', Value: '[redacted]' },
      { ParameterKey: 'DbPassword', ParameterValue: '[redacted]' },
      { name: 'field1', key: 'password', value: '[redacted]' },
      { name: 'field1', field: 'email', value: 'a', oldValue: 'b' },
    ],
    8,
  ],
  ['a key beside its value', { key: 'api_key', value: 'a' }, { key: 'api_key', value: '[redacted]' }, 1],
  [
    'a card in a number',
    { id: 4111111111111111, at: 1732748276123 },
    { id: '[redacted:card-number]', at: 1732748276123 },
    1,
  ],
  ['a card in a bigint', [4111111111111111n], ['[redacted:card-number]'], 1],
  ['bytes', Buffer.from('password=a'), 'password=[redacted]', 1],
  ['an object that says what it is', { toJSON: () => ({ password: 'a' }) }, { password: '[redacted]' }, 1],
  ['a statement', { 'db.query.text': "SELECT 'a', 17" }, { 'db.query.text': 'SELECT ?, ?' }, 1],
  [
    'a sanitised statement',
    { 'db.query.text': 'SELECT * FROM u WHERE password = $1 AND pin = ?' },
    { 'db.query.text': 'SELECT * FROM u WHERE password = $1 AND pin = ?' },
    0,
  ],
  [
    'a secret in a key',
    { 'Bearer a1b2c3': 1, 'Bearer d4e5f6': 2 },
    { 'Bearer [redacted:credentials]': 1, 'Bearer [redacted:credentials] 1': 2 },
    2,
  ],
  [
    'a secret behind a long key',
    { [`${'x'.repeat(200)}_password`]: 'a' },
    { [`${'x'.repeat(200)}_password`]: '[redacted]' },
    1,
  ],
  ['names in disguise', String.raw`{"p\u0061ssword":"a","b":1}`, String.raw`{"p\u0061ssword":"[redacted]","b":1}`, 1],
  ['other escapes', String.raw`{"n\u0061me":"a"}`, String.raw`{"n\u0061me":"a"}`, 0],
  [
    'an error',
    { error: Object.assign(new Error('password=a'), { stack: 'Error: password=a\n  at b' }) },
    { error: 'Error: password=[redacted]\n  at b' },
    1,
  ],
  [
    'what cannot be read',
    {
      get a() {
        throw new Error('password=b');
      },
    },
    { a: '[unreadable: password=[redacted]]' },
    1,
  ],
])('%s', (...[, value, redacted, count]) => {
  expect(redact(value)).toEqual({ value: redacted, count });
});

test('never changes what it is given', () => {
  const value = { password: 'a', b: [{ token: 'c' }], d: new Map([['pin', 1]]) };
  const copy = structuredClone(value);
  redact(value);
  expect(value).toEqual(copy);
});

test('a text that was ordinary below one key is looked at below another, and again when it has changed', () => {
  for (const text of ['code=x', 'code=y', 'code=x']) {
    const secret = { a: `${text} token=b` };
    expect(redact({ a: text, 'url.query': text, b: [secret, secret, { a: text }] }).value).toEqual({
      a: text,
      'url.query': 'code=[redacted]',
      b: [{ a: `${text} token=[redacted]` }, { a: `${text} token=[redacted]` }, { a: text }],
    });
  }
});

test('keeps the key of a prototype a key', () => {
  const value: unknown = JSON.parse('{"__proto__":{"password":"a"},"constructor":{"pin":1}}');
  expect(JSON.stringify(redact(value).value)).toBe(
    '{"__proto__":{"password":"[redacted]"},"constructor":{"pin":"[redacted]"}}',
  );
  const behindSecret: unknown = JSON.parse('{"pin":1,"__proto__":{"password":"a","b":2},"c":"token=d"}');
  expect(JSON.stringify(redact(behindSecret).value)).toBe(
    '{"pin":"[redacted]","__proto__":{"password":"[redacted]","b":2},"c":"token=[redacted]"}',
  );
  expect(redact({}).value).toEqual({});
});

test('also of a prototype whose members cannot be changed', () => {
  Reflect.defineProperty(Object.prototype, 'sealed', { value: 1, writable: false, configurable: true });
  try {
    expect(redact({ sealed: 2, pin: 3 }).value).toEqual({ sealed: 2, pin: '[redacted]' });
  } finally {
    Reflect.deleteProperty(Object.prototype, 'sealed');
  }
});

test('an object as `inspect` shows it, with a text on several lines', () => {
  const shown = inspect({ secret: `${'long '.repeat(20)}\nit's hunter2\n${'and so on '.repeat(9)}`, user: 'bob' });
  expect(redact(shown).value).toMatch(/^\{\s+secret: '\[redacted\]',\s+user: 'bob'\s+\}$/);
  expect(redact("{ secret: 'a\\n' +\n  \"it's b\", user: 'bob' }").value).toBe("{ secret: [redacted], user: 'bob' }");
});

test('a name is none of those of its length that came before', () => {
  expect(redact(['token=a', 'xoken=b', 'token=c', 'TOKEN=d', 'tokens=e', 'oken=f']).value).toEqual([
    'token=[redacted]',
    'xoken=b',
    'token=[redacted]',
    'TOKEN=[redacted]',
    'tokens=[redacted]',
    'oken=f',
  ]);
});

test('takes more keys, and keeps others', () => {
  const own = createRedact({ redactKeys: ['employee_no', '*Ref'], keepKeys: ['session'] });
  const value = { employeeNo: 1, billRef: 'a', session: 'b', note: 'employee-no=2, bill_ref: c session=d' };
  expect(own(value)).toEqual({
    value: {
      employeeNo: '[redacted]',
      billRef: '[redacted]',
      session: 'b',
      note: 'employee-no=[redacted], bill_ref: [redacted] session=d',
    },
    count: 4,
  });
});

describe('of plain data', () => {
  const redaction = createValueRedaction({});

  function members(object: Record<string, unknown>): unknown {
    redaction.begin();
    return redaction.members(object, 0);
  }

  test('nothing is copied where it has no secrets', () => {
    const data = { a: 'b', c: [1, { d: NaN }], e: null, f: undefined, bytes: Buffer.from('a') };
    expect(members(data)).toBe(data);
  });

  test('only what had a secret is copied', () => {
    const data = { a: { password: 'b' }, c: { d: 1 } };
    const redacted = members(data) as typeof data;
    expect(redacted).toEqual({ a: { password: '[redacted]' }, c: { d: 1 } });
    expect(redacted.c).toBe(data.c);
    expect(data.a.password).toBe('b');
  });

  test('what is not plain becomes plain', () => {
    expect(members({ a: new Map([['pin', 1]]), b: 2n, c: () => 1 })).toEqual({
      a: [['pin', '[redacted]']],
      b: '2',
      c: undefined,
    });
  });

  test('bytes stay bytes, unless they hold a secret', () => {
    const bytes = Buffer.from('ordinary');
    expect(members({ bytes })).toEqual({ bytes });
    expect(members({ bytes: Buffer.from('\xffpassword=a', 'latin1') })).toEqual({ bytes: 'ÿpassword=[redacted]' });
    expect(members({ bytes: Buffer.alloc(1e6) })).toEqual({ bytes: '[cut, 1000000 bytes]' });
  });
});

describe('JSON in a text', () => {
  test.each([
    ['{"m":"token: {", "u":"b"}', '{"m":"token: [redacted]", "u":"b"}', 1],
    ['["Cookie: \'(","a"]', '["Cookie: \'[redacted]","a"]', 1],
    [
      '{"a":"<password>","id":17,"b":"x</password>","pin":1}',
      '{"a":"<password>","id":17,"b":"x</password>","pin":"[redacted]"}',
      1,
    ],
    [
      JSON.stringify({ a: '{"b":"<password>","c":"x</password>y","pin":1}' }),
      JSON.stringify({ a: '{"b":"<password>","c":"x</password>y","pin":"[redacted]"}' }),
      1,
    ],
    // Is not written anew where it need not be.
    ['{"id":12345678901234567890, "pin": 1, "x":1.0}', '{"id":12345678901234567890, "pin": "[redacted]", "x":1.0}', 1],
    [' [{"password":{"a":1}}]\n', ' [{"password":"[redacted]"}]\n', 1],
    [
      JSON.stringify({ password: '{"a":1}', b: 1 }, null, 2),
      JSON.stringify({ password: '[redacted]', b: 1 }, null, 2),
      1,
    ],
  ])('%s', (text, value, count) => {
    expect(redact(text)).toEqual({ value, count });
  });

  test('has the members it had, whatever is in its strings', () => {
    const piece = fc.constantFrom(...hostileBeginnings, ...hostileUnits, '"', "'", '</password>', '","b":"', '{', '\\');
    const string = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const structure = fc.record({ a: string, b: fc.array(string, { maxLength: 3 }), c: string });
    fc.assert(
      fc.property(structure, fc.nat(2), (value, layers) => {
        const inner = (text: string, layer: number): string =>
          layer === 0 ? text : inner(JSON.stringify({ text }), layer - 1);
        let shown: unknown = redact(inner(JSON.stringify(value), layers)).value;
        for (let layer = layers; layer > 0; layer--) shown = (JSON.parse(shown as string) as { text: unknown }).text;
        const { a, b, c } = JSON.parse(shown as string) as typeof value;
        expect([typeof a, b.length, typeof c]).toEqual(['string', value.b.length, 'string']);
      }),
      { numRuns: 2000 },
    );
  });

  test('may be as deep as it likes', () => {
    const depth = 20_000;
    const { value, count } = redact(`${'['.repeat(depth)}"password=x"${']'.repeat(depth)}`);
    expect(value).toBe(`${'['.repeat(maxDepth)}"[deep]"${']'.repeat(maxDepth)}`);
    expect(count).toBe(0);
  });
});

describe('what is too much does not get through:', () => {
  test('of a text, what is behind its limit', () => {
    const { value, count } = redact(`${'a '.repeat(maxTextCharacters / 2)}password=b`);
    expect(value).toBe(`${'a '.repeat(maxTextCharacters / 2)}...[cut, ${maxTextCharacters + 10} characters]`);
    expect(count).toBe(0);
  });

  test('half a character', () => {
    expect(redact('𝒳'.repeat(maxTextCharacters)).value).toSatisfy((text: string) => text.isWellFormed());
    expect(redact(`a${'𝒳'.repeat(maxTextCharacters)}`).value).toSatisfy((text: string) => text.isWellFormed());
  });

  test('of a record, the texts behind its limit', () => {
    const texts = Array.from({ length: 8 }, () => 'a'.repeat(maxRecordCharacters / 4 - 1));
    const shown = redact(texts).value as string[];
    expect(shown.slice(0, 4)).toEqual(texts.slice(0, 4));
    expect(shown[4]).toBe(`aaaa...[cut, ${maxRecordCharacters / 4 - 1} characters]`);
    expect(shown.slice(5)).toEqual(Array(3).fill(`[cut, ${maxRecordCharacters / 4 - 1} characters]`));
  });

  test('of a record, the texts behind its limit, also where they are the same again and again', () => {
    const [text, rest] = ['a'.repeat(250), 50];
    const fitting = Math.floor(maxRecordCharacters / text.length) + Math.floor(maxShortCharacters / text.length);
    const shown = redact(Array.from({ length: fitting + rest }, () => ({ a: text }))).value as { a: string }[];
    expect(shown.filter(({ a }) => a === text)).toHaveLength(fitting);
    expect(shown.filter(({ a }) => a.endsWith('[cut, 250 characters]'))).toHaveLength(rest);
  });

  test('short texts of a record that is full of long ones do', () => {
    const long = Array.from({ length: 5 }, () => 'a'.repeat(maxTextCharacters));
    const { value, count } = redact({ long, outcome: 'failure', cause: 'password=b' });
    expect(value).toMatchObject({ outcome: 'failure', cause: 'password=[redacted]' });
    expect(count).toBe(1);
  });

  test('of a record, the values behind its limit, in lists and objects', () => {
    const redaction = createValueRedaction({});
    redaction.begin();
    const list = redaction.value(Array(maxValues + 10).fill('a'), 0) as unknown[];
    expect([list.length, list.at(-1)]).toEqual([maxValues + 1, `[cut, ${maxValues + 10} items]`]);
    expect(redaction.value({ password: 'a', b: 1 }, 0)).toEqual({ '[cut]': '2 keys' });
    redaction.begin();
    const wide = Object.fromEntries(Array.from({ length: maxValues + 10 }, (_, index) => [`k${index}`, 'pin=1']));
    const shown = Object.entries(redaction.value(wide, 0) as object);
    expect(shown.length).toBe(maxValues + 1);
    expect(shown.at(-1)).toEqual(['[cut]', `${maxValues + 10} keys`]);
    expect(shown.at(-2)).toEqual([`k${maxValues - 1}`, 'pin=[redacted]']);
  });

  test('of a record, the values behind its limit, also where the next is the key of a prototype', () => {
    const redaction = createValueRedaction({});
    redaction.begin();
    const before = Array.from({ length: maxValues - 1 }, (_, index) => `"k${index}":1`);
    const wide = `{"pin":"a",${before.join(',')},"__proto__":1,"password":"b","x":"Bearer c1d2","last":1}`;
    const shown = redaction.members(JSON.parse(wide) as Record<string, unknown>, 0);
    expect(Object.keys(shown).slice(-2)).toEqual([`k${maxValues - 2}`, '[cut]']);
    expect(shown).toMatchObject({ pin: '[redacted]', '[cut]': `${maxValues + 4} keys` });
  });

  test('objects in too many objects', () => {
    let deep: unknown = { password: 'a' };
    for (let level = 0; level < 50; level++) deep = { deep };
    expect(JSON.stringify(redact(deep).value)).toBe(`${'{"deep":'.repeat(maxDepth)}"[deep]"${'}'.repeat(maxDepth)}`);
  });
});
