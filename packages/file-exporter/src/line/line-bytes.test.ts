import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { linePart, LineBytes } from './line-bytes.ts';

test('a string is escaped as JSON escapes it, and what is not printable ASCII by its code unit', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }), (text) => {
      const bytes = new LineBytes();
      bytes.jsonString(text);
      expect(bytes.text).toMatch(/^[ -~]*$/);
      expect(JSON.parse(bytes.text)).toBe(text);
    }),
  );
  const bytes = new LineBytes();
  for (let unit = 0; unit < 0x80; unit++) bytes.jsonString(String.fromCharCode(unit));
  const everyAscii = Array.from({ length: 0x80 }, (...[, unit]) => JSON.stringify(String.fromCharCode(unit))).join('');
  expect(bytes.text).toBe(everyAscii.replaceAll('\u007f', String.raw`\u007f`));
});

test('what is written stands one after the other, however long it gets', () => {
  const bytes = new LineBytes();
  let expected = '';
  for (const length of [0, 1, 4_095, 1, 4_096, 100_000]) {
    bytes.part(linePart('<'));
    bytes.ascii('x'.repeat(length));
    bytes.digits(length, 6);
    expected += `<${'x'.repeat(length)}${String(length).padStart(6, '0')}`;
  }
  expect(bytes.text).toBe(expected);
  const copy = Buffer.alloc(bytes.length + 1, '?');
  bytes.copyTo(copy, 1);
  expect(copy.toString()).toBe(`?${expected}`);
});

test('what is taken back leaves what was before it, and nothing after all was', () => {
  const bytes = new LineBytes();
  bytes.ascii('kept');
  const { length } = bytes;
  bytes.ascii(', not kept'.repeat(200_000));
  bytes.cutTo(length);
  bytes.ascii('.');
  expect(bytes.text).toBe('kept.');
  bytes.clear();
  expect([bytes.length, bytes.text]).toEqual([0, '']);
});
