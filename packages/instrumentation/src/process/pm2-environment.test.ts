import { expect, test } from 'vitest';

import { adoptPm2Environment } from './pm2-environment.ts';

function adopted(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const copy = { ...environment };
  adoptPm2Environment(copy);
  return copy;
}

test('the application’s variables are set, and win over those of the daemon', () => {
  const settings = { LOG_DIR: '/logs', SENTRIKAT_AUDIT_BACKUPS: 7, SENTRIKAT_COMPRESS_BACKUPS: true };
  expect(adopted({ pm2_env: JSON.stringify(settings), LOG_DIR: '/daemon', HOME: '/root' })).toMatchObject({
    LOG_DIR: '/logs',
    SENTRIKAT_AUDIT_BACKUPS: '7',
    SENTRIKAT_COMPRESS_BACKUPS: 'true',
    HOME: '/root',
  });
});

test('what cannot be a variable is none', () => {
  const settings = { node_args: ['--require', 'x'], env: { LOG_DIR: '/logs' }, nothing: null };
  expect(Object.keys(adopted({ pm2_env: JSON.stringify(settings) }))).toEqual(['pm2_env']);
});

test.each([undefined, '', '{', 'null', '"text"', '7'])('nothing changes where %j is there instead', (text) => {
  const environment = { HOME: '/root', ...(text !== undefined && { pm2_env: text }) };
  expect(adopted(environment)).toEqual(environment);
});
