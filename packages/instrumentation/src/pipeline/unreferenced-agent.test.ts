import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, describe, expect, test } from 'vitest';

const program = `${import.meta.dirname}/unreferenced-agent.test-program.ts`;
let certificate: { readonly key: Buffer; readonly cert: Buffer };
let server: http.Server;

beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'agent-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  certificate = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(directory, { recursive: true });
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Each event says whether the request it belongs to is answered. */
async function run(protocol: string, events: string) {
  const answers = events.split(',');
  let requests = 0;
  function answer(...[, response]: Parameters<http.RequestListener>): void {
    if (answers[requests++] === 'response') response.end();
  }
  server = protocol === 'https' ? https.createServer(certificate, answer) : http.createServer(answer);
  // Connections are kept for longer than any test waits.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(process.execPath, [program, `${protocol}://127.0.0.1:${port}/`, events]);
  let stdout = '';
  let since = performance.now();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    since = performance.now();
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), 8_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(killer);
  return { code, connections: stdout.trim().split('\n'), requests, millisAfterLastWord: performance.now() - since };
}

describe.each(['http', 'https'])('a process that has sent over %s', (protocol) => {
  test.each([
    ['a connection that is kept and has been used again', 'response,response,response', ['new', 'again', 'again']],
    ['a request that gets no answer', 'socket', ['new']],
    ['a request that gets no answer over a connection that was kept', 'response,socket', ['new', 'again']],
  ])('ends at once, with %s', async (...[, events, connections]) => {
    const ending = await run(protocol, events);
    expect(ending).toMatchObject({ code: 0, connections, requests: connections.length });
    expect(ending.millisAfterLastWord).toBeLessThan(2_000);
  });
});
