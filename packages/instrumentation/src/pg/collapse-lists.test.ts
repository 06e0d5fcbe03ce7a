import { describe, expect, test } from 'vitest';

import { collapseLists } from './collapse-lists.ts';

test.each([
  ['a IN (?, ?, ?)', 'a IN (?)'],
  ['a not in (?,?)', 'a not in (?)'],
  ['a IN( ? , ? )', 'a IN(?)'],
  ['a IN (-?, ?, NULL)', 'a IN (-?)'],
  ['a IN ($1, $2, $30)', 'a IN ($1, ...)'],
  ['ARRAY[?, ?, ?]::int[]', 'ARRAY[?]::int[]'],
  ['ARRAY[$1, $2]', 'ARRAY[$1, ...]'],
  ['VALUES (?, ?), (?, ?), (?, ?) RETURNING id', 'VALUES (?, ?), ... RETURNING id'],
  ['VALUES ($1,$2),($3,$4)', 'VALUES ($1,$2), ...'],
  ['VALUES (DEFAULT, $1, true), (DEFAULT, $2, false)', 'VALUES (DEFAULT, $1, true), ...'],
  ['(a, b) IN ((?, ?), (?, ?))', '(a, b) IN ((?, ?), ...)'],
])('%s is %s', (sql, collapsed) => {
  expect(collapseLists(sql)).toBe(collapsed);
  expect(collapseLists(collapsed)).toBe(collapsed);
});

describe('what is no list of values stays', () => {
  test.each([
    'a IN (?)',
    'a IN (SELECT ? FROM b)',
    'a IN (b, c)',
    'VALUES (?, ?)',
    'VALUES (?, now()), (?, now())',
    'coalesce(a, ?, ?)',
    'a[?]',
    'a[?:?]',
    'margin (?, ?)',
    'a IN (nullable, defaults)',
    'a IN (?, ?',
    'a IN ($1, $2',
  ])('%s', (sql) => expect(collapseLists(sql)).toBe(sql));
});
