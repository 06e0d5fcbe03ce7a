/**
 * The README's commands do what it says, for a user who has only what would be published: the packages are packed, installed
 * into an application of their own, and run. (`npm run demo` and `npm test` are run as they stand, by `.ci/run`.)
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Tokens } from 'marked';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { linesOf, parseAccessLine, parseDetailed, parseJsonLines, readLog } from '../instruments/log-files.ts';
import { commandsOf, isShell, tokensOf } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tokens = tokensOf(readFileSync(join(root, 'README.md'), 'utf8'));
const [install = '', start = ''] = tokens
  .flatMap((token) => (isShell(token) ? commandsOf(token) : []))
  .filter((command) => command.includes('@sentrikat'));
const application = mkdtempSync(join(tmpdir(), 'readme-'));
const logs = join(application, 'logs');

/** Answers one request of its own and ends, so that the command does. */
const server = `const { createServer, get } = require('node:http');
const server = createServer((request, response) => response.end('hello'));
server.listen(0, () => get({ port: server.address().port, path: '/hello' }, (response) => response.resume().on('end', () => server.close())));
`;

function run(command: string): string {
  return execFileSync('sh', ['-c', command], { cwd: application, encoding: 'utf8' });
}

beforeAll(() => {
  writeFileSync(join(application, 'package.json'), '{ "name": "an-application", "private": true }');
  writeFileSync(join(application, 'server.js'), server);
  const tarballs = join(application, 'tarballs');
  mkdirSync(tarballs);
  for (const name of ['file-exporter', 'instrumentation'])
    run(`npm pack --silent --pack-destination ${tarballs} ${join(root, 'packages', name)}`);
  const packed = readdirSync(tarballs).map((name) => join(tarballs, name));
  run(`${install.replace('@sentrikat/instrumentation', packed.join(' '))} --silent --no-audit --no-fund`);
});

afterAll(() => rmSync(application, { recursive: true }));

test('the flag gives an application the seven files', () => {
  expect(install).toBe('npm install @sentrikat/instrumentation');
  expect(start).toMatch(/^LOG_DIR=\.\/logs node --require/);
  expect(run(start)).toBe('');
  expect(readdirSync(logs).filter((name) => name.endsWith('.log'))).toHaveLength(7);
  expect(linesOf(readLog(logs, 'access')).map(parseAccessLine)).toMatchObject([{ path: '/hello', status: '200' }]);
});

test('what is installed is what is needed, and no SDK', () => {
  const installed = readdirSync(join(application, 'node_modules', '@opentelemetry'));
  expect(installed).toEqual(['api']);
});

/** Each runs on its own, as a reader would try it; `given` is what it takes from the code around it. */
test.each([
  {
    calls: 'audit.record(',
    given:
      'const client = { query: async () => {} }; const changeUser = async () => ({ before: { role: "user" }, after: { role: "admin" } });',
    leaves: () => parseJsonLines(readLog(logs, 'audit')),
    line: { message: 'UPDATE users:7', new_value: { role: 'admin' }, event: 'user.updated', seq: 1 },
  },
  {
    calls: 'security.record(',
    given: 'const name = "bob";',
    leaves: () => parseDetailed(readLog(logs, 'security')),
    line: { level: 'WARNING', message: '[authn.login.failure] user:bob ip:- reason:bad_password - 3 of 5' },
  },
  {
    calls: 'ldap.emit(',
    given: '',
    leaves: () => parseDetailed(readLog(logs, 'ldap')),
    line: { level: 'INFO', module: 'my-service', message: 'bound as cn=reader' },
  },
])('what the README’s example of $calls records is in its file', ({ calls, given, leaves, line }) => {
  const example = tokens.find(
    (token): token is Tokens.Code => token.type === 'code' && (token as Tokens.Code).text.includes(calls),
  );
  writeFileSync(join(application, 'example.mjs'), `${given}\n${example?.text}`);
  run(start.replace('server.js', 'example.mjs'));
  expect(leaves()).toMatchObject([line]);
});
