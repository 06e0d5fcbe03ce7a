/** A server whose handler throws: with the argument `observed`, under observation. Prints its access lines when it ends. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { observe, registerTracing } from './observed.test-setup.ts';

if (process.argv.includes('observed')) {
  registerTracing();
  const { closeOpenRequests, records } = observe();
  process.on('exit', () => {
    closeOpenRequests();
    for (const { body } of records) console.log(body);
  });
}

const server = http.createServer(function handler() {
  throw new TypeError('the handler is broken');
});
server.listen(0, '127.0.0.1', () => {
  http.get({ port: (server.address() as AddressInfo).port, path: '/crash' }).on('error', () => {});
});
