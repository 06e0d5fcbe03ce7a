/** A request that a framework has routed carries the pattern: in its records, and in the name of its span. */
import http from 'node:http';
import http2 from 'node:http2';
import { createRequire } from 'node:module';

import express5, { type ErrorRequestHandler, type Express } from 'express';
import fastify, { type FastifyReply } from 'fastify';
import { describe, expect, test } from 'vitest';

import { observeEachTest } from './each-test.test-setup.ts';
import { exchange, request } from './wire.test-setup.ts';

/** Version 4 has no types of its own under this name. */
const express4 = createRequire(import.meta.url)('express-4') as typeof express5;

const each = observeEachTest({ slowMillis: -1, verySlowMillis: 5000 });

interface Routed {
  readonly line: string | undefined;
  readonly attribute: unknown;
  readonly endpoint: unknown;
  readonly span: string | undefined;
}

async function route(port: number, method: string, target: string): Promise<Routed> {
  await exchange(port, request(`${method} ${target}`));
  const lines = await each.requests(1);
  const [access, performance] = each.observed.records;
  const [span] = await each.spans(1);
  expect(span?.attributes['http.route']).toBe(access?.attributes['http.route']);
  return {
    line: lines.join(),
    attribute: access?.attributes['http.route'],
    endpoint: performance?.attributes['sentrikat.endpoint'],
    span: span?.name,
  };
}

function routedBy(method: string, target: string, status: number, pattern: string | undefined): Routed {
  const path = target.replace(/\?.*/, '');
  return {
    line: `${method} ${path} ${status}`,
    attribute: pattern,
    endpoint: `${method} ${(pattern ?? path).replaceAll('\\', '\\x5C')}`,
    span: pattern === undefined ? method : `${method} ${pattern}`,
  };
}

/** Express knows a handler of errors by its four parameters. */
const sendError: ErrorRequestHandler = (error: Error, message, response, next) => {
  if (error.message.endsWith('on purpose') && message.path !== '') response.status(503).end();
  else next(error);
};

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('%s', (_, express) => {
  function application(): Express {
    const app = express();
    app.disable('x-powered-by');
    app.use((...[, , next]) => next());
    app.get('/', (...[, response]) => response.end());
    app.get('/users/:id', (...[, response]) => response.end());
    app.post('/users/:id', async (...[, response]) => {
      await new Promise(setImmediate);
      response.status(201).end();
    });
    app.get('/files/:directory/:name.json', (...[, response]) => response.end());
    app.get(/^\/pattern\/\d+$/, (...[, response]) => response.end());
    app.get(['/one/:id', '/two/:id'], (...[, response]) => response.end());
    app.get('/passed-on/:id', (...[, , next]) => next());
    app.get('/passed-on/:name', (...[, response]) => response.end());
    app.get('/throws/:id', () => {
      throw new Error('thrown on purpose');
    });
    app.get('/fails/:id', (...[, , next]) => next(new Error('failed on purpose')));
    app.use('/middleware', (...[, response]) => response.end());

    const orders = express.Router();
    orders.get('/', (...[, response]) => response.end());
    orders.get('/:id', (...[, response]) => response.end());
    orders.get('/:id/fails', (...[, , next]) => next(new Error('failed on purpose')));
    orders.route('/:id/lines').get((...[, response]) => response.end());
    const api = express.Router();
    api.use('/orders', orders);
    api.use('/:tenant/orders', orders);
    api.use('/caught-inside', orders, sendError);
    app.use('/api', api);
    const mounted = express();
    mounted.get('/inner/:id', (...[, response]) => response.end());
    app.use('/mounted', mounted);

    app.use(sendError);
    return app;
  }

  test.each<[method: string, target: string, status: number, pattern: string | undefined]>([
    ['GET', '/', 200, '/'],
    ['GET', '/users/7?token=secret', 200, '/users/:id'],
    ['GET', '/users/7/', 200, '/users/:id'],
    ['HEAD', '/users/7', 200, '/users/:id'],
    ['POST', '/users/7', 201, '/users/:id'],
    ['GET', '/files/a/b.json', 200, '/files/:directory/:name.json'],
    ['GET', '/pattern/17', 200, '/^\\/pattern\\/\\d+$/'],
    ['GET', '/two/17', 200, '/one/:id|/two/:id'],
    ['GET', '/passed-on/17', 200, '/passed-on/:name'],
    ['GET', '/throws/17', 503, '/throws/:id'],
    ['GET', '/fails/17', 503, '/fails/:id'],
    ['GET', '/api/orders', 200, '/api/orders'],
    ['GET', '/api/orders/', 200, '/api/orders'],
    ['GET', '/api/orders/17', 200, '/api/orders/:id'],
    ['GET', '/api/orders/17/lines', 200, '/api/orders/:id/lines'],
    ['GET', '/api/orders/17/fails', 503, '/api/orders/:id/fails'],
    ['GET', '/api/caught-inside/17/fails', 503, '/api/caught-inside/:id/fails'],
    ['GET', '/api/acme/orders/17', 200, '/api/acme/orders/:id'],
    ['GET', '/mounted/inner/17', 200, '/mounted/inner/:id'],
    ['GET', '/middleware', 200, undefined],
    ['GET', '/nowhere', 404, undefined],
    ['GET', '/api/nowhere', 404, undefined],
    ['PUT', '/users/7', 404, undefined],
  ])('%s %s is %i by %s', async (...row) => {
    const [method, target] = row;
    const port = await each.serve(http.createServer(application()));
    expect(await route(port, method, target)).toEqual(routedBy(...row));
  });

  test('an application that changes the path has the route it changed it to', async () => {
    const app = express();
    app.use((message, ...[, next]) => {
      message.url = message.url.replace('/old/very/long', '/v2');
      next();
    });
    app.get('/v2/items/:id', (...[, response]) => response.end());
    const target = '/old/very/long/items/7';
    const port = await each.serve(http.createServer(app));
    expect(await route(port, 'GET', target)).toEqual(routedBy('GET', target, 200, '/v2/items/:id'));
  });

  test('a mount point as long as the client likes is cut', async () => {
    const app = express();
    const router = express.Router();
    router.get('/:id', (...[, response]) => response.end());
    app.use('/:tenant', router);
    await exchange(await each.serve(http.createServer(app)), request(`GET /${'t'.repeat(5000)}/7`));
    await each.requests(1);
    expect(each.observed.records[0]?.attributes['http.route']).toBe(`/${'t'.repeat(1023)}`);
  });
});

async function fastifyServer(): Promise<http.Server> {
  const app = fastify();
  app.get('/', () => 'root');
  app.get('/users/:id', () => 'user');
  app.post('/users/:id', async (...[, reply]) => {
    await new Promise(setImmediate);
    return reply.code(201).send('made');
  });
  app.get('/throws/:id', () => {
    throw new Error('thrown on purpose');
  });
  app.get('/files/*', () => 'file');
  app.get('/refused/:id', { onRequest: refuse }, () => 'refused');
  await app.register(
    async (api) => {
      api.get('/', () => 'api');
      await api.register(async (orders) => void orders.get('/:id', () => 'order'), { prefix: '/orders' });
    },
    { prefix: '/api' },
  );
  await app.ready();
  return app.server;
}

async function refuse(...[, reply]: [unknown, FastifyReply]): Promise<unknown> {
  return reply.code(402).send();
}

describe('Fastify 5', () => {
  test.each<[method: string, target: string, status: number, pattern: string | undefined]>([
    ['GET', '/', 200, '/'],
    ['GET', '/users/7?token=secret', 200, '/users/:id'],
    ['HEAD', '/users/7', 200, '/users/:id'],
    ['POST', '/users/7', 201, '/users/:id'],
    ['GET', '/throws/7', 500, '/throws/:id'],
    ['GET', '/files/a/b.txt', 200, '/files/*'],
    ['GET', '/refused/7', 402, '/refused/:id'],
    ['GET', '/api', 200, '/api'],
    ['GET', '/api/orders/7', 200, '/api/orders/:id'],
    ['GET', '/nowhere', 404, undefined],
    ['PUT', '/users/7', 404, undefined],
  ])('%s %s is %i by %s', async (...row) => {
    const [method, target] = row;
    expect(await route(await each.serve(await fastifyServer()), method, target)).toEqual(routedBy(...row));
  });

  test('an error handler of the application’s own sees the status that the handler has left', async () => {
    const app = fastify();
    const seen: number[] = [];
    app.setErrorHandler((...[, , reply]) => {
      seen.push(reply.statusCode);
      reply.send({ errors: ['of GraphQL, say'] });
    });
    app.get('/throws/:id', async () => Promise.reject(new Error('thrown on purpose')));
    app.get('/throws-at-once/:id', () => {
      throw new Error('thrown on purpose');
    });
    await app.ready();
    const port = await each.serve(app.server);
    for (const path of ['/throws/7', '/throws-at-once/7']) await exchange(port, request(`GET ${path}`));
    expect(await each.requests(2)).toEqual(['GET /throws/7 200', 'GET /throws-at-once/7 200']);
    expect(seen).toEqual([200, 200]);
  });

  test('over HTTP/2', async () => {
    const app = fastify({ http2: true });
    app.get('/users/:id', () => 'user');
    await app.ready();
    const session = http2.connect(`http://127.0.0.1:${await each.serve(app.server)}`);
    await new Promise((resolve) => session.request({ ':path': '/users/7' }).resume().on('close', resolve));
    session.close();
    expect(await each.requests(1)).toEqual(['GET /users/7 200']);
    expect(each.observed.records[0]?.attributes['http.route']).toBe('/users/:id');
  });
});
