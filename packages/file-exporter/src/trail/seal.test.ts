import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { hashOfLine, isSealedAfter, sealOfLine, trailStart, type TrailHead } from './seal.ts';
import { sealLine } from './seal.test-setup.ts';

const heads: fc.Arbitrary<TrailHead> = fc.record({
  seq: fc.nat(),
  hash: fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
});
const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((value) => `${JSON.stringify(value)}\n`);

test('the seal of a line is what it was sealed with, and the line is the JSON it was, with two keys more', () =>
  fc.assert(
    fc.property(objects, heads, (line, head) => {
      const sealed = sealLine(line, head);
      const text = sealed.line.slice(0, -1);
      expect(sealOfLine(text)).toEqual({ seq: head.seq + 1, prevHash: head.hash });
      expect(sealOfLine(Buffer.from(text))).toEqual(sealOfLine(text));
      expect(JSON.parse(text)).toEqual({ ...JSON.parse(line), seq: head.seq + 1, prev_hash: head.hash });
      expect(sealed.head).toEqual({ seq: head.seq + 1, hash: hashOfLine(text) });
    }),
  ));

test('a line is sealed after the head it was sealed with, and after no other', () =>
  fc.assert(
    fc.property(objects, heads, heads, (line, head, other) => {
      const text = Buffer.from(sealLine(line, head).line.slice(0, -1));
      expect(isSealedAfter(text, head.seq, head.hash)).toBe(true);
      expect(isSealedAfter(text, other.seq, head.hash)).toBe(other.seq === head.seq);
      expect(isSealedAfter(text, head.seq, other.hash)).toBe(other.hash === head.hash);
    }),
  ));

test('any change to the end of a line is seen in its seal', () => {
  const text = Buffer.from(sealLine('{"a": 1}\n', { seq: 41, hash: 'f'.repeat(64) }).line.slice(0, -1));
  const sealStart = text.indexOf(', "seq"');
  for (let at = sealStart; at < text.length; at++) {
    const changed = Buffer.from(text);
    changed[at]! ^= 1;
    expect(isSealedAfter(changed, 41, 'f'.repeat(64))).toBe(false);
    expect(sealOfLine(changed)).not.toEqual({ seq: 42, prevHash: 'f'.repeat(64) });
  }
  for (let length = 0; length < text.length; length++)
    expect(isSealedAfter(text.subarray(0, length), 41, 'f'.repeat(64))).toBe(false);
});

test('what a record holds cannot pass for a seal', () => {
  const hostile = JSON.stringify({ message: `", "seq": 7, "prev_hash": "${trailStart.hash}"}` });
  expect(sealOfLine(hostile)).toBeUndefined();
  expect(sealOfLine(sealLine(`${hostile}\n`, trailStart).line.trimEnd())).toEqual({
    seq: 1,
    prevHash: trailStart.hash,
  });
});
