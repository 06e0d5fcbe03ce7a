import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { expressRoute } from './express-route.ts';

test.each<[name: string, message: object, route: string | undefined]>([
  ['a pattern at the root', { route: { path: '/users/:id' }, baseUrl: '', url: '/users/7' }, '/users/:id'],
  ['a pattern below a mount point', { route: { path: '/:id' }, baseUrl: '/users', url: '/7?x=1' }, '/users/:id'],
  ['the root of a mount point', { route: { path: '/' }, baseUrl: '/users', url: '/' }, '/users'],
  ['the root', { route: { path: '/' }, baseUrl: '', url: '/' }, '/'],
  ['a router that an error has left', { route: { path: '/:id' }, baseUrl: '', url: '/api/users/7' }, '/api/users/:id'],
  ['the root of a router that an error has left', { route: { path: '/' }, baseUrl: '', url: '/api' }, '/api'],
  [
    'an inner router that an error has left',
    { route: { path: '/:id' }, baseUrl: '/api', url: '/users/7' },
    '/api/users/:id',
  ],
  ['an absolute target', { route: { path: '/:id' }, baseUrl: '', url: 'http://a/users/7?x' }, '/users/:id'],
  ['a trailing slash in the pattern', { route: { path: '/users/' }, baseUrl: '/api', url: '/users' }, '/api/users/'],
  [
    'a wildcard, of any length',
    { route: { path: '/files/*path' }, baseUrl: '/a', url: '/files/b/c' },
    '/a/files/*path',
  ],
  ['an optional part', { route: { path: '/a{/:b}' }, baseUrl: '/m', url: '/a' }, '/m/a{/:b}'],
  ['a regular expression', { route: { path: /^\/x/ }, baseUrl: '/m', url: '/x' }, '/m/^\\/x/'],
  ['several patterns', { route: { path: ['/a', /b/] }, baseUrl: '', url: '/a' }, '/a|/b/'],
  ['no route', { baseUrl: '', url: '/' }, undefined],
  ['the route of another framework', { route: { path: '/a' }, url: '/a' }, undefined],
  ['a route that is none', { route: { path: 7 }, baseUrl: '', url: '/' }, undefined],
  ['nothing at all', {}, undefined],
])('%s', (...[, message, route]) => {
  expect(expressRoute(message)).toBe(route);
});

const segment = fc.stringMatching(/^[a-z0-9%.-]{1,8}$/).filter((text) => !/^\.{1,2}$/.test(text));
const segments = fc.array(segment, { maxLength: 4 });

describe('wherever a router stands in the path', () => {
  test('the route is its mount point and its pattern, however much of the mount point has been taken back', () => {
    fc.assert(
      fc.property(segments, segments, segments, fc.boolean(), (taken, givenBack, inside, hasSlash) => {
        const baseUrl = taken.map((text) => `/${text}`).join('');
        const mountPoint = baseUrl + givenBack.map((text) => `/${text}`).join('');
        const pattern = inside.map((...[, index]) => `/:p${index}`).join('') || '/';
        const rest = [...givenBack, ...inside].map((text) => `/${text}`).join('');
        const url = rest === '' || (hasSlash && inside.length > 0) ? `${rest}/` : rest;
        expect(expressRoute({ route: { path: pattern }, baseUrl, url })).toBe(
          pattern === '/' && mountPoint !== '' ? mountPoint : mountPoint + pattern,
        );
      }),
    );
  });

  test('and nothing of the query is in it', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => {
        const message = { route: { path: '/:id' }, baseUrl: '', url: `${path || '/'}?SECRET${query}` };
        expect(expressRoute(message)).not.toContain('SECRET');
      }),
    );
  });
});
