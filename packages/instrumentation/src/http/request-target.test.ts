import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { pathOfTarget } from './request-target.ts';

test.each([
  ['/path', '/path'],
  ['/path?query#fragment', '/path'],
  ['/path#fragment?query', '/path'],
  ['/?', '/'],
  ['/a%3Fb', '/a%3Fb'],
  ['/at@sign', '/at@sign'],
  ['//host/path', '//host/path'],
  ['http://host/path?query', '/path'],
  ['HTTPS://user:password@host:8080/path', '/path'],
  ['http://host', '/'],
  ['http://host?query', '/'],
  ['ws+unix://host/path', '/path'],
  ['host:443', 'host:443'],
  ['user:password@host:443', 'host:443'],
  ['*', '*'],
  ['', ''],
  ['?query', ''],
])('%j is %j', (target, path) => {
  expect(pathOfTarget(target)).toBe(path);
});

describe('whatever the target', () => {
  test('nothing after the first question mark or number sign is shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('?', '#'), (start, mark) => {
        expect(pathOfTarget(`${start}${mark}SECRET`)).not.toMatch(/[?#]|SECRET/);
      }),
    );
  });

  test('no user information of an absolute target is shown', () => {
    const unit = fc.constantFrom(...'abc:%41-._~!$&=@');
    fc.assert(
      fc.property(fc.string({ unit }), fc.webPath(), (userInfo, path) => {
        expect(pathOfTarget(`http://${userInfo}SECRET@example.com${path}`)).toBe(path || '/');
      }),
    );
  });

  test('a path that has no query is itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const path = `/${text.replaceAll(/[?#]/g, '')}`;
        expect(pathOfTarget(path)).toBe(path);
      }),
    );
  });

  test('asking twice changes nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string({ unit: 'binary' }).map((text) => `/${text}`),
        ),
        (target) => {
          expect(pathOfTarget(pathOfTarget(target))).toBe(pathOfTarget(target));
        },
      ),
    );
  });

  test('the time it takes grows with its length only', () => {
    const start = performance.now();
    for (const part of ['a', '/', '@', ':', 'a:/', '://', '?#'])
      pathOfTarget(part.repeat(Math.ceil(1_000_000 / part.length)));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
