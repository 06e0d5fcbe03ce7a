import { expect, test } from 'vitest';

import { invitation } from './invitation.ts';

const workingDirectory = '/srv/shop';
const running = { url: 'http://127.0.0.1:3000', token: 'T0-k_en' };

test.each([
  ['/srv/shop/demo-logs', 'demo-logs/audit.log'],
  ['/tmp/logs', '/tmp/logs/audit.log'],
  ['/srv/shop', '/srv/shop/audit.log'],
  ["/srv/shop/it's $HOME", String.raw`'it'\''s $HOME'/audit.log`],
])('what lies in %s is reached from here as %s', (...[directory, path]) => {
  const commands = invitation({ directory, workingDirectory }).map(({ command }) => command);
  expect(commands).toContain(`tail -n 3 ${path}`);
});

test('the service is there to be tried only while it runs', () => {
  const directory = '/tmp/logs';
  const commands = invitation({ directory, workingDirectory, running }).map(({ command }) => command);
  expect(commands.filter((command) => command.includes(running.url))).toHaveLength(2);
  expect(commands.filter((command) => command.includes(running.token))).toHaveLength(1);
  expect(
    invitation({ directory, workingDirectory })
      .map(({ command }) => command)
      .at(-1),
  ).toBe('npm run demo');
});
