import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { maxSqlCharacters, sanitiseSql } from './sanitise-sql.ts';
import { brokenSql, secretMarks, sqlWithSecrets } from './sql-with-secrets.test-arbitrary.ts';

/** Left as it is written, right as it is shown. */
type Cases = readonly (readonly [sql: string, shown: string])[];

const literals: Cases = [
  [`select 'secret'`, 'select ?'],
  [`select 'it''s secret', ''`, 'select ?, ?'],
  [`select 'multi\nline secret'`, 'select ?'],
  [String.raw`select E'it\'s secret', b`, 'select ?, b'],
  [String.raw`select e'secret\\', b`, 'select ?, b'],
  [`select E'it''s', b`, 'select ?, b'],
  [`select U&'d!0061t!+000061' UESCAPE '!'`, 'select ? UESCAPE ?'],
  [`select u&'secret'`, 'select ?'],
  [`select B'101', b'0', X'1FF', x'a', N'secret', n'secret'`, 'select ?, ?, ?, ?, ?, ?'],
  [`select x'1''secret', b'0\\', b`, 'select ??, ?, b'],
  [`select e 'secret', U& 'secret', tableE'secret'`, 'select e ?, U& ?, tableE?'],
  [`select 'one'\n'two', b`, 'select ?, b'],
  [`select 'one' -- it's\n -- "\n  'two', b`, 'select ?, b'],
  [String.raw`select E'one'` + '\r\n' + String.raw`'t\'wo', b`, 'select ?, b'],
  [`select 'one' /* \n */ 'two', b`, 'select ? ?, b'],
  [`select $$it's secret$$, b`, 'select ?, b'],
  [`select $a$ $b$ secret $$ $b$ $a$, b`, 'select ?, b'],
  [`select $é1$secret$é1$, b`, 'select ?, b'],
  [`select $a$secret$A$ more $a$, b`, 'select ?, b'],
  [`do $$ begin perform 'secret'; end $$`, 'do ?'],
  [
    `create function f() returns int as $f$ select 42 $f$ language sql`,
    'create function f() returns int as ? language sql',
  ],
  [`select interval '1 day', date '2026-01-01', point '(1,2)'`, 'select interval ?, date ?, point ?'],
  [`select '{1,2}'::int[], array[1, 2], '[1]'::jsonb`, 'select ?::int[], array[?], ?::jsonb'],
  [`select data->'a'->>0, data #>> '{a,b}', data @? '$.a[*] ? (@ > 1)'`, 'select data->?->>?, data #>> ?, data @? ?'],
  [`select data ? 'key', data ?| array['a']`, 'select data ? ?, data ?| array[?]'],
  [`alter role bob with password 'secret' valid until '2026-01-01'`, 'alter role bob with password ? valid until ?'],
  [
    `create user mapping for bob server s options (user 'bob', password 'secret')`,
    'create user mapping for bob server s options (user ?, password ?)',
  ],
];

const numbers: Cases = [
  ['select 42, 4.2, 4., .42', 'select ?, ?, ?, ?'],
  ['select 1e10, 1.5E-5, .5e+5, 1.e5', 'select ?, ?, ?, ?'],
  ['select 0x1F, 0o17, 0b101, 1_000, 0x_ff_ff, 1_000.5_0e1_0', 'select ?, ?, ?, ?, ?, ?'],
  ['select -42, 1-2, 1 - -2, 0x1e-5', 'select -?, ?-?, ? - -?, ?-?'],
  ['select a[1:2], t1.c2, x2y, _9', 'select a[?:?], t1.c2, x2y, _9'],
  ['select 42and, 42secret, 12é', 'select ?, ?, ?'],
  ['select 1..10, 1...5, a..b', 'select ?..?, ?..?, a..b'],
  ['limit 10 offset 20', 'limit ? offset ?'],
  ['select numeric(10,2), char(3)', 'select numeric(?,?), char(?)'],
];

const comments: Cases = [
  ['select 1 -- secret', 'select ?'],
  ['select 1 --secret\n, b', 'select ? , b'],
  ['select 1 --secret\r, b', 'select ? , b'],
  ['/* secret */ select /* a /* nested */ secret */ b', 'select b'],
  ['select a/**/b', 'select a b'],
  ['select a/***/b', 'select a b'],
  ["select 1 -- it's\n, 'secret', b", 'select ? , ?, b'],
  ["select 1 /* it's */, 'secret', b", 'select ? , ?, b'],
  ['select 5 +/* secret */ 5 --+ secret', 'select ? + ?'],
];

const kept: Cases = [
  ['select * from users where id = $1 and b = $2::int', 'select * from users where id = $1 and b = $2::int'],
  ['select a$1$b, c$$d from t$1', 'select a$1$b, c$$d from t$1'],
  ['select "it\'s", "a ""b"" --", "1" from "Order 2"', 'select "it\'s", "a ""b"" --", "1" from "Order 2"'],
  ['select U&"d!0061ta" UESCAPE \'!\'', 'select U&"d!0061ta" UESCAPE ?'],
  ['select größe, 名前, 𝒳 from "𝒳"', 'select größe, 名前, 𝒳 from "𝒳"'],
  ['select :name, :"name", :\'name\'', 'select :name, :"name", :?'],
  ['begin; set local statement_timeout = 5; commit;', 'begin; set local statement_timeout = ?; commit;'],
  ['where a is null and b is not true', 'where a is null and b is not true'],
  ['  select\n\t a\r\n  from\n t\n', 'select a from t'],
  ['select "two\n  lines"', 'select "two lines"'],
  ['select a $ b $c', 'select a $ b $c'],
  ['', ''],
  [' -- nothing', ''],
];

const broken: Cases = [
  [`select a, 'secret`, 'select a, ?'],
  [`select a, 'secret''`, 'select a, ?'],
  [String.raw`select a, E'secret\'`, 'select a, ?'],
  [String.raw`select a, E'secret` + '\\', 'select a, ?'],
  [`select a, 'one'\n'secret`, 'select a, ?'],
  ['select a, $$secret', 'select a, ?'],
  ['select a, $x$secret$y$', 'select a, ?'],
  ['select a /* secret', 'select a'],
  ['select a /* b /* c */ secret', 'select a'],
  ['select a, "secret', 'select a, ?'],
  ['select a, "sec""ret', 'select a, ?'],
  ['selec 42 frm (( t', 'selec ? frm (( t'],
  ['select 1$$my secret$$, b', 'select ??, b'],
  ['select 1a$$ b', 'select ? b'],
  ['select $4111111111111111 + $123456', 'select ? + ?'],
  ['copy t (a) from stdin;\n1\tsecret\n\\.\nselect b', 'copy t (a) from stdin; ?'],
  ['copy t from stdin with (format csv)', 'copy t from stdin with (format csv)'],
  ['copy t from stdin;', 'copy t from stdin;'],
];

const dependentOnTheServer: Cases = [
  [String.raw`select 'it\'s secret', b`, 'select ?'],
  [String.raw`select 'C:\', 'secret', b`, 'select ?'],
  [String.raw`select 'C:\\', 'shown', b`, 'select ?, ?, b'],
  [String.raw`select 'a\\\'secret', b`, 'select ?'],
  [String.raw`select 'a\nb', b`, 'select ?, b'],
  [String.raw`select a like $1 escape '\' order by b`, 'select a like $1 escape ? order by b'],
  [String.raw`select U&'a' uescape '\', b`, 'select ? uescape ?, b'],
];

describe.each([
  ['every literal is a question mark', literals],
  ['every number is one', numbers],
  ['comments are gone', comments],
  ['names, parameters and operators stay', kept],
  ['broken statements show no more than whole ones', broken],
  ['a backslash before a quote is safe whatever standard_conforming_strings is', dependentOnTheServer],
] as const)('%s', (_, cases) => {
  test.each(cases)('%j', (sql, shown) => {
    expect(sanitiseSql(sql)).toBe(shown);
    expect(sanitiseSql(shown)).toBe(shown);
  });
});

describe('statements of known tokens', () => {
  test('show every name in order and no secret', () => {
    fc.assert(
      fc.property(sqlWithSecrets, ({ sql, shown }) => {
        const sanitised = sanitiseSql(sql);
        expect(sanitised).not.toMatch(secretMarks);
        expect(unfound(shown, sanitised)).toBe(undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('show no secret wherever they are cut off', () => {
    fc.assert(
      fc.property(sqlWithSecrets, fc.nat(), ({ sql }, seed) => {
        expect(sanitiseSql(sql.slice(0, seed % (sql.length + 1)))).not.toMatch(secretMarks);
      }),
      { numRuns: 2000 },
    );
  });
});

test('sanitised text comes out as it went in, whatever it was made of', () => {
  fc.assert(
    fc.property(fc.oneof(brokenSql, fc.string({ unit: 'binary' })), (sql) => {
      const sanitised = sanitiseSql(sql);
      expect(sanitiseSql(sanitised)).toBe(sanitised);
      expect(sanitised).not.toMatch(/[\n\r\t]/);
    }),
    { numRuns: 2000 },
  );
});

describe('a statement longer than is looked at', () => {
  const long = `select ${'a, '.repeat(maxSqlCharacters)}'secret'`;

  test('is cut visibly, and once', () => {
    const shown = sanitiseSql(long);
    expect(shown).toMatch(/^select a, a, .* \.\.\.\[cut, 30015 characters\]$/);
    expect(shown.length).toBeLessThan(maxSqlCharacters + 40);
    expect(sanitiseSql(shown)).toBe(shown);
  });

  test.each([`'secret`, '$$secret', '/* secret', '"secret', '902108', "E'secret"])(
    'shows nothing of %j at the cut',
    (cut) => {
      const padding = ' '.repeat(maxSqlCharacters - 'select a'.length - cut.length);
      expect(sanitiseSql(`select a${padding}${cut}secret', b`)).toMatch(
        /^select a( \?)? \.\.\.\[cut, \d+ characters\]$/,
      );
    },
  );

  test('is never cut in the middle of a character', () => {
    expect(sanitiseSql(`${'a'.repeat(maxSqlCharacters - 1)}𝒳`).isWellFormed()).toBe(true);
  });
});

/** The first of the names that is not there behind the one before it. */
function unfound(names: readonly string[], text: string): string | undefined {
  let position = 0;
  return names.find((name) => {
    const found = text.indexOf(name, position);
    position = found + name.length;
    return found === -1;
  });
}
