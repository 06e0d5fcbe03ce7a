/** Observers stand in the way of a server's events without anyone noticing, and leave without a trace. */
import { EventEmitter } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

import { expect, test, vi } from 'vitest';

import { observeServerEvents, type EmitEvent, type ServerEventObserver } from './server-events.ts';

const prototypes = {
  'net.Server': net.Server.prototype,
  'http.Server': http.Server.prototype,
  'https.Server': https.Server.prototype,
};

function shapes(): unknown {
  return Object.values(prototypes).map((prototype) => Object.getOwnPropertyDescriptors(prototype));
}

const passOn: ServerEventObserver = (emit, server, args) => emit.apply(server, args);

test('an observed event reaches the listeners as it was, and its result the emitter', () => {
  const observer = vi.fn<ServerEventObserver>(passOn);
  const restore = observeServerEvents([net.Server.prototype], new Map([['upgrade', observer]]));
  const server = http.createServer();
  const listener = vi.fn<(...args: unknown[]) => void>();
  server.on('upgrade', listener);
  expect(server.emit('upgrade', 1, 2, 3)).toBe(true);
  expect(server.emit('connect', 1, 2, 3)).toBe(false);
  restore();
  expect(listener.mock.calls).toEqual([[1, 2, 3]]);
  expect(listener.mock.contexts).toEqual([server]);
  expect(observer).toHaveBeenCalledOnce();
});

test('all servers of Node are observed from their one ancestor, and nothing else is', () => {
  const observer = vi.fn<ServerEventObserver>(passOn);
  const restore = observeServerEvents([net.Server.prototype], new Map([['x', observer]]));
  for (const server of [net.createServer(), http.createServer(), https.createServer()]) server.emit('x');
  new EventEmitter().emit('x');
  new net.Socket().emit('x');
  restore();
  expect(observer).toHaveBeenCalledTimes(3);
});

test('what a listener throws passes', () => {
  const restore = observeServerEvents([net.Server.prototype], new Map([['x', passOn]]));
  const error = new Error('mine');
  const server = net.createServer().on('x', () => {
    throw error;
  });
  expect(() => server.emit('x')).toThrow(error);
  restore();
});

test('the prototypes afterwards are exactly what they were', () => {
  const before = shapes();
  const restore = observeServerEvents([net.Server.prototype], new Map());
  expect(shapes()).not.toEqual(before);
  restore();
  expect(shapes()).toEqual(before);
  expect(Object.hasOwn(net.Server.prototype, 'emit')).toBe(false);
});

test('an emit of the prototype’s own is put back', () => {
  const own = vi.fn<typeof EventEmitter.prototype.emit>(EventEmitter.prototype.emit);
  Object.defineProperty(http.Server.prototype, 'emit', { configurable: true, writable: true, value: own });
  const restore = observeServerEvents([http.Server.prototype], new Map());
  http.createServer().emit('x');
  expect(own).toHaveBeenCalledOnce();
  restore();
  expect(http.Server.prototype.emit).toBe(own);
  Reflect.deleteProperty(http.Server.prototype, 'emit');
});

test('a wrapper that others have put on top stays, and passes everything on', () => {
  const observer = vi.fn<ServerEventObserver>(passOn);
  const restore = observeServerEvents([net.Server.prototype], new Map([['x', observer]]));
  const { emit } = net.Server.prototype as { readonly emit: EmitEvent };
  const theirs: EmitEvent = function (...args) {
    return emit.apply(this, args);
  };
  net.Server.prototype.emit = theirs;
  restore();
  expect(net.Server.prototype.emit).toBe(theirs);
  const listener = vi.fn<(...args: unknown[]) => void>();
  net.createServer().on('x', listener).emit('x');
  expect(listener).toHaveBeenCalledOnce();
  expect(observer).not.toHaveBeenCalled();
  Reflect.deleteProperty(net.Server.prototype, 'emit');
});

test('the method is as visible as the one it stands for', () => {
  const restore = observeServerEvents([net.Server.prototype], new Map());
  const keys = enumerableNames(net.createServer());
  restore();
  expect(keys).toContain('emit');
  expect(keys).toEqual(enumerableNames(net.createServer()));
});

function enumerableNames(server: net.Server): string[] {
  const names: string[] = [];
  for (const name in server) names.push(name);
  return names.toSorted();
}
