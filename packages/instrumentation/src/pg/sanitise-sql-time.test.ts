/** The time grows as the text does, up to the length that is looked at: four times for four times the text, not sixteen. */
import { expect, test } from 'vitest';

import { maxSqlCharacters, sanitiseSql } from './sanitise-sql.ts';

/** Between 4 and 16; for caches and a busy machine, which is why the best of several attempts counts. */
const maxRatio = 8;
const maxAttempts = 3;

const shapesWithSpace = [
  '|\t',
  '|\n',
  '|--\n',
  "|'a' ",
  "|'\n",
  "|E'a'\n",
  "|'a'--\n",
  "'a'|\n",
  "'a'\n|--\n",
  '|"" ',
  '|a ',
  '|$a ',
  '|$1, ',
  '|escape ',
  "|escape '",
  '|from stdin',
  '|from stdin;',
  '| ...[cut, 1',
  '|(?), ',
  '|(?), (?,',
  '(|null , ',
  '|IN (?, ',
  '|IN ($11, ',
  'IN (|?, ',
  '(?, ?)|, (?, ?',
  '|[? ,',
];
/** Behind the bar what is repeated, before it what that comes behind. */
const shapes = [
  ...'|é |𝒳 |- |-- |/ |/* |/**/ |*/ |1 |1e |1. |. |0x1_'.split(' '),
  ..."|' |'' |'\\ |E'\\ '|'' '|a E'|\\\\ |\" \"|\"\" /*|* /*|/**/ |$ |$a |$a$ |$a$b$ $a$|$ $a$|$a $a|a 1e|+ U&|$a".split(
    ' ',
  ),
  ...'|( |(? |(?,? |[?, |IN(? IN(|?, IN(|$12345, IN(?|, (|?, [|?, -|? (?)|,(?,?'.split(' '),
  ...shapesWithSpace,
];

test.each(shapes)('%j again and again', (shape) => {
  const [begin = '', unit = ''] = shape.split('|');
  const ofLength = (length: number) => begin + unit.repeat((length - begin.length) / unit.length);
  expect(lowestRatio(ofLength(maxSqlCharacters / 4), ofLength(maxSqlCharacters))).toBeLessThan(maxRatio);
});

test('an endless text takes no longer than one of the length that is looked at', () => {
  const [looked, endless] = [maxSqlCharacters, 100 * maxSqlCharacters].map((length) => 'a, '.repeat(length / 3));
  expect(lowestRatio(looked ?? '', endless ?? '')).toBeLessThan(maxRatio);
});

function lowestRatio(short: string, long: string): number {
  let ratio = Infinity;
  for (let attempt = 0; attempt < maxAttempts && ratio >= maxRatio; attempt += 1)
    ratio = Math.min(ratio, bestMillis(long) / bestMillis(short));
  return ratio;
}

/** Of several runs the one that nothing disturbed. */
function bestMillis(sql: string): number {
  let best = Infinity;
  for (let run = 0; run < 5; run += 1) {
    const start = performance.now();
    for (let call = 0; call < 2; call += 1) sanitiseSql(sql);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
