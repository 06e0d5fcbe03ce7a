import { expect, test } from 'vitest';

import { codeAttributes } from './stack-frame.ts';

/** A frame, and its function, path and line; nothing for a frame that lies in no file. */
const frames: readonly (readonly [frame: string, functionName?: string | undefined, path?: string, line?: number])[] = [
  ['at handler (/srv/app.js:12:7)', 'handler', '/srv/app.js', 12],
  ['at Server.<anonymous> (/srv/app.js:12:7)', 'Server.<anonymous>', '/srv/app.js', 12],
  ['at new Pool (/srv/node_modules/pg-pool/index.js:1:2)', 'new Pool', '/srv/node_modules/pg-pool/index.js', 1],
  ['at Client.query [as run] (/srv/app.js:12:7)', 'Client.query [as run]', '/srv/app.js', 12],
  ['at async load (/srv/app.js:12:7)', 'load', '/srv/app.js', 12],
  ['at async Promise.all (index 0)'],
  ['at /srv/app.js:12:7', undefined, '/srv/app.js', 12],
  ['at async /srv/app.js:12:7', undefined, '/srv/app.js', 12],
  ['at file:///srv/app.mjs:12:7', undefined, '/srv/app.mjs', 12],
  ['at async file:///srv/app.mjs:12:7', undefined, '/srv/app.mjs', 12],
  ['at load (file:///srv/my%20app/a.mjs?v=1:12:7)', 'load', '/srv/my app/a.mjs', 12],
  ['at load (file:///srv/a%2Fb.mjs:12:7)', 'load', 'file:///srv/a%2Fb.mjs', 12],
  ['at load (/srv/app (copy)/(group)/page.js:12:7)', 'load', '/srv/app (copy)/(group)/page.js', 12],
  ['at load (/srv/a:1:2/app.js:12:7)', 'load', '/srv/a:1:2/app.js', 12],
  ['at load (C:\\srv\\app.js:12:7)', 'load', 'C:\\srv\\app.js', 12],
  ['at c:/srv/app.js:12:7', undefined, 'c:/srv/app.js', 12],
  ['at load (\\\\server\\share\\app.js:12:7)', 'load', '\\\\server\\share\\app.js', 12],
  ['at node:internal/process/task_queues:105:5'],
  ['at process.processTicksAndRejections (node:internal/process/task_queues:105:5)'],
  ['at Array.map (<anonymous>)'],
  ['at JSON.parse (native)'],
  ['at eval (eval at load (/srv/app.js:3:5), <anonymous>:1:1)'],
  ['at <anonymous>:1:1'],
  ['at evalmachine.<anonymous>:1:1'],
  ['at wasm://wasm/0001:wasm-function[3]:0x2a'],
  ['at load (webpack://shop/./src/app.ts:1:2)'],
  [`at ${'a'.repeat(201)} (/srv/app.js:1:2)`],
  [`at load (/${'a'.repeat(1001)}:1:2)`],
];

test.each(frames)('reads %s', (frame, functionName, path, line) => {
  const attributes = codeAttributes(`Error: a\n    ${frame}`);
  const origin = { 'code.file.path': path, 'code.line.number': line, 'code.function.name': functionName };
  const known = Object.entries(origin).filter(([, value]) => value !== undefined);
  expect(attributes).toStrictEqual(Object.fromEntries(known));
});

test('takes the first frame that lies in a file', () => {
  const stack = 'Error: a\n    at Array.map (<anonymous>)\n    at load (/srv/a.js:1:2)\n    at run (/srv/b.js:3:4)';
  expect(codeAttributes(stack)).toMatchObject({ 'code.file.path': '/srv/a.js' });
});

test.each([
  ['/srv/node_modules/@sentrikat/instrumentation/dist/start.cjs'],
  ['file:///srv/node_modules/@sentrikat/instrumentation/dist/errors.mjs'],
  ['C:\\srv\\node_modules\\@sentrikat\\file-exporter\\dist\\index.cjs'],
])('passes over a frame of our own, %s', (file) => {
  const stack = `Error: a\n    at resolve (${file}:21456:20)\n    at resolve (${file}:7:1)`;
  expect(codeAttributes(`${stack}\n    at load (/srv/a.js:1:2)`)).toMatchObject({ 'code.file.path': '/srv/a.js' });
  expect(codeAttributes(stack)).toEqual({});
});

test('agrees with a stack that V8 makes', () => {
  expect(codeAttributes(new Error('a').stack ?? '')).toMatchObject({ 'code.file.path': import.meta.filename });
});

test.each([
  ['a name without end', '    at ' + 'a '.repeat(1e6)],
  ['many names', '    at a b ('.repeat(2e5)],
  ['frames of our own', '    at a (/@sentrikat/instrumentation/dist/b.cjs:1:1)\n'.repeat(5e4)],
  ['many lines that almost are frames', '    at a (/b:1:1x)\n'.repeat(1e5)],
  ['a path without end', '    at a (/' + ':1:1'.repeat(5e5)],
  ['paths of full length', `    at ${'a'.repeat(200)} (/${':1'.repeat(500)}\n`.repeat(2e3)],
  ['spaces', ' '.repeat(2e6)],
  ['digits', '    at /a:' + '1'.repeat(2e6)],
  ['line feeds', '\n'.repeat(2e6)],
])('is linear in %s', (...[, stack]) => {
  const since = performance.now();
  codeAttributes(stack);
  // Two million characters, of which quadratic time would make minutes.
  expect(performance.now() - since).toBeLessThan(2_000);
});
