import * as fc from 'fast-check';
import { METHODS } from 'node:http';
import { expect, test } from 'vitest';

import { semanticMethod } from './semantic-method.ts';

const known = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY'];

test.each(known)('%s is itself', (method) => {
  expect(semanticMethod(method)).toBe(method);
});

test('whatever else a client writes is _OTHER', () => {
  const others = fc.oneof(
    fc.constantFrom(...METHODS, 'get', 'Get', '', '_OTHER', 'constructor', '__proto__'),
    fc.string(),
  );
  fc.assert(
    fc.property(others, (method) => {
      expect(semanticMethod(method)).toBe(known.includes(method) ? method : '_OTHER');
    }),
  );
});
