/**
 * The server that `request` measures: keep-alive HTTP, one small JSON answer, nothing else. CommonJS, as preloads see it most.
 *
 * `node server.cjs [access log]`: with a path, pino-http writes an access line for each request, as its own documentation shows.
 * Over the channel to its parent it says where it listens, then answers `mark` with what it has used so far, and ends on `stop`.
 */
'use strict';

const { createServer } = require('node:http');

const { peakRssKiB } = require('../peak-rss.cjs');

const [, , accessLog] = process.argv;
const logAccess = accessLog === undefined ? undefined : openAccessLog(accessLog);
const body = JSON.stringify({ status: 'ok', items: [1, 2, 3] });

const server = createServer((request, response) => {
  logAccess?.middleware(request, response);
  response.setHeader('content-type', 'application/json');
  response.end(body);
});

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if (message === 'mark') process.send(mark());
  else if (message === 'stop') stop();
});

function mark() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return { cpuMicros: userCPUTime + systemCPUTime, peakRssKiB: peakRssKiB() };
}

function stop() {
  server.close(() => {
    logAccess?.end();
    process.disconnect();
  });
  server.closeAllConnections();
}

function openAccessLog(path) {
  const { destination, pino } = require('pino');
  const pinoHttp = require('pino-http');
  const stream = destination({ dest: path, sync: false, minLength: 4096 });
  return { middleware: pinoHttp({ logger: pino(stream) }), end: () => stream.end() };
}
