/** Observes, answers one request, and has nothing more to do. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

import { observe, registerTracing } from './observed.test-setup.ts';

registerTracing();
const { records } = observe();

const server = http.createServer((_, response) => response.end());
server.listen(0, '127.0.0.1', () => {
  http.get({ port: (server.address() as AddressInfo).port, agent: false }, (response) => response.resume());
  server.unref();
});
process.on('exit', () => console.log(`ended after ${records.length} request`));
