import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { testRecord } from '../test-record.ts';
import { createTextLine } from './text-line.ts';

const detailed = createTextLine('detailed', 'utc');
const simple = createTextLine('simple', 'utc');
// oxlint-disable-next-line no-control-regex -- what no line may contain
const controlCharacter = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

test('a record without code attributes is said to come from its scope', () => {
  expect(detailed(testRecord())).toBe('[2026-01-01 00:00:00] INFO in test (-:0): hello\n');
});

test('a record without a body says its event name', () => {
  expect(simple(testRecord({ body: undefined, eventName: 'user.created' }))).toBe(
    '[2026-01-01 00:00:00] INFO: user.created\n',
  );
});

test('a body that contains a newline is still one line', () => {
  const body = 'first\n[2026-01-01 00:00:00] ERROR: forged\r\nlast';
  expect(simple(testRecord({ body }))).toBe(
    '[2026-01-01 00:00:00] INFO: first\\n[2026-01-01 00:00:00] ERROR: forged\\r\\nlast\n',
  );
});

test('terminal escapes, bidi controls and line separators are shown, not acted on', () => {
  expect(simple(testRecord({ body: '\u001b[2J\u009b1m \u202egnp\u2028x\u007f\ufeff' }))).toContain(
    'INFO: \\x1b[2J\\x9b1m \\u202egnp\\u2028x\\x7f\\ufeff\n',
  );
});

test('a stack stays on lines of its own, each indented', () => {
  const attributes = {
    'exception.stacktrace': 'Error: a\n[2026-01-01 00:00:00] ERROR: forged\n    at b\r\n\u001b[31m',
  };
  expect(simple(testRecord({ attributes }))).toBe(
    '[2026-01-01 00:00:00] INFO: hello\n  Error: a\n  [2026-01-01 00:00:00] ERROR: forged\n      at b\n  \\x1b[31m\n',
  );
});

test('an exception without a stack is named', () => {
  const attributes = { 'exception.type': 'TypeError', 'exception.message': 'no' };
  expect(simple(testRecord({ attributes }))).toContain('hello\n  TypeError: no\n');
});

test('a value that is too long is cut, visibly and between characters', () => {
  const line = simple(testRecord({ body: `${'x'.repeat(16 * 1024 - 1)}😀${'y'.repeat(100_000)}` }));
  expect(line).toMatch(/x\.\.\.\[cut, 116385 characters\]\n$/);
});

test.each([
  [9e15, 0],
  [Number.NaN, 0],
  [0, Number.NaN],
  [-1, 0],
  [253_402_300_800, 0],
] as const)('a record at %j, which no calendar has, is shown at the time it was observed', (...hrTime) => {
  expect(simple(testRecord({ hrTime: [...hrTime] }))).toBe('[2026-01-01 00:00:00] INFO: hello\n');
});

test('a record without any time is shown at the epoch', () => {
  expect(simple(testRecord({ hrTime: [9e15, 0], hrTimeObserved: [-1, 0] }))).toBe(
    '[1970-01-01 00:00:00] INFO: hello\n',
  );
});

describe('whatever a client sends', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\n[', '\r', '\u2028', '\u0085', '\u001b]0;x\u0007', '\ud800'),
  );
  const texts = fc.array(text).map((parts) => parts.join(''));

  test.each([
    ['simple', simple],
    ['detailed', detailed],
  ] as const)(
    'a %s record is the only line that begins with a bracket, and holds no control character',
    (_, format) => {
      fc.assert(
        fc.property(texts, texts, texts, texts, (body, stack, path, functionName) => {
          const attributes = {
            'exception.stacktrace': stack,
            'code.file.path': path,
            'code.function.name': functionName,
          };
          const lines = format(testRecord({ body, attributes, instrumentationScope: { name: path } })).split('\n');
          expect(lines.pop()).toBe('');
          expect(lines.filter((line) => line.startsWith('['))).toHaveLength(1);
          expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
          expect(lines.join('\n')).not.toMatch(controlCharacter);
        }),
      );
    },
  );
});
