import { expect, test } from 'vitest';

import { logDirectories } from './log-directory.ts';

test.each([
  [undefined, undefined, '/var/log/sentrikat'],
  [undefined, '/data', '/data/logs'],
  [undefined, 'data', '/app/data/logs'],
  ['/logs', '/data', '/logs'],
  ['./mine/', undefined, '/app/mine'],
  ['../logs', undefined, '/logs'],
])('LOG_DIR %j and STORAGE_ROOT %j give %s', (LOG_DIR, STORAGE_ROOT, directory) => {
  expect(logDirectories({ LOG_DIR, STORAGE_ROOT }, '/app')).toEqual({ directory, fallbackDirectory: '/app/logs' });
});
