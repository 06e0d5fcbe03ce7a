import { runInThisContext } from 'node:vm';

import { expect, test } from 'vitest';

import { callSite } from './call-site.ts';

test.each([
  ['file:///srv/app/a%20b.js', '/srv/app/a b.js'],
  ['file://host/srv/a.js', 'file://host/srv/a.js'],
  ['file:///srv/a%2Fb.js', 'file:///srv/a%2Fb.js'],
  ['/srv/app/a.js', '/srv/app/a.js'],
])('a call in %s is one in %s', (filename, path) => {
  const call = runInThisContext('(function update(callSite) { return callSite(0); })', { filename }) as (
    of: typeof callSite,
  ) => unknown;
  expect(call(callSite)).toEqual({ 'code.file.path': path, 'code.function.name': 'update', 'code.line.number': 1 });
});
