import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

/** In a process of its own: a mark is for good. */
function evaluate(program: string): string {
  const args = ['--input-type=module', '--eval', `import { isMarked, mark } from './marks.ts'; ${program}`];
  return execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
}

test('a mark is made once, found by every copy of the module, and cannot be taken back', () => {
  const program = `
    const copy = await import('./marks.ts?copy');
    const found = () => [isMarked('preload'), copy.isMarked('preload'), isMarked('worker-line')];
    const before = found();
    mark('preload');
    copy.mark('preload');
    const key = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description?.endsWith('.preload'));
    const isGone = Reflect.deleteProperty(globalThis, key);
    console.log(JSON.stringify([before, found(), isGone]));
  `;
  expect(JSON.parse(evaluate(program))).toEqual([[false, false, false], [true, true, false], false]);
});

test('where the globals are frozen nothing is marked, and nothing thrown', () => {
  const program = `Object.preventExtensions(globalThis); mark('worker-line'); console.log(isMarked('worker-line'));`;
  expect(evaluate(program)).toBe('false');
});
