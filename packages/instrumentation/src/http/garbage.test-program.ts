/** Answers requests under observation, and prints how many of their objects are alive when the garbage is collected. */
import { once } from 'node:events';
import http, { type RequestListener } from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { observe, registerTracing } from './observed.test-setup.ts';
import { connect, exchange, request } from './wire.test-setup.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const references: WeakRef<object>[] = [];

registerTracing();
const { records } = observe();

const answer: RequestListener = (message, response) => {
  references.push(new WeakRef(message), new WeakRef(response), new WeakRef(message.socket));
  if (message.url !== '/abandoned') response.end();
};
const server = http.createServer(answer);
server.on('upgrade', (message, socket) => {
  references.push(new WeakRef(message), new WeakRef(socket));
  socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
});
server.on('clientError', (error, socket) => {
  references.push(new WeakRef(error), new WeakRef(socket));
  socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
});
const server2 = http2.createServer().on('stream', (stream) => {
  references.push(new WeakRef(stream), new WeakRef(stream.session ?? {}));
  stream.respond();
  stream.end();
});
server.listen(0, '127.0.0.1');
server2.listen(0, '127.0.0.1');
await Promise.all([once(server, 'listening'), once(server2, 'listening')]);
const { port } = server.address() as AddressInfo;

for (let round = 0; round < 10; round++) {
  await exchange(port, request('GET /'));
  await exchange(port, request('GET /', { Connection: 'Upgrade', Upgrade: 'x' }));
  await exchange(port, request('FORGE /'));
  const abandoning = await connect(port);
  abandoning.end(request('GET /abandoned'));
  await once(abandoning, 'close');
  const session = http2.connect(`http://127.0.0.1:${(server2.address() as AddressInfo).port}`);
  await once(session.request().resume(), 'close');
  session.close();
}
for (let attempt = 0; attempt < 10; attempt++) {
  await pause(10);
  collectGarbage();
}
const alive = references.filter((reference) => reference.deref() !== undefined).length;
console.log(`${alive} of ${references.length} alive after ${records.length} requests`);
server.close();
server2.close();
