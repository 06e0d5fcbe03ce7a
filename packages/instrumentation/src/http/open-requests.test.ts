import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import type { CompletedRequest } from './completed-request.ts';
import { OpenRequests, type OpenRequest } from './open-requests.ts';

const start = {
  method: 'GET',
  path: '/',
  scheme: 'http',
  peer: undefined,
  userAgent: undefined,
  protocolVersion: undefined,
};

test('whatever happens to requests, each is told about once, with the first status, and is forgotten', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('open'), index: fc.nat(5) }),
    fc.record({ do: fc.constant('complete'), index: fc.nat(5), status: fc.integer({ min: 200, max: 599 }) }),
    fc.record({ do: fc.constantFrom('completeAll', 'forgetAll') }),
  );
  fc.assert(
    fc.property(fc.array(action as fc.Arbitrary<{ do: string; index: number; status: number }>), (actions) => {
      const told: [path: string, status: number][] = [];
      const expected: typeof told = [];
      const requests = new OpenRequests(({ path, status }) => told.push([path, status]));
      const keys = Array.from({ length: 6 }, () => ({}));
      const opened = new Map<number, OpenRequest>();
      const open = new Set<number>();
      let count = 0;
      for (const { do: what, index, status } of actions) {
        const request = opened.get(index);
        if (what === 'open' && !open.has(index)) {
          opened.set(index, requests.open(keys[index]!, { ...start, path: `/${count++}` }));
          open.add(index);
        }
        if (what === 'complete' && request !== undefined) {
          requests.complete(request, status);
          if (open.delete(index)) expected.push([request.path, status]);
        }
        if (what === 'completeAll') {
          requests.completeAll();
          for (const each of open) expected.push([opened.get(each)!.path, 500]);
          open.clear();
        }
        if (what === 'forgetAll') {
          requests.forgetAll();
          open.clear();
        }
        expect(requests.size).toBe(open.size);
        expect(keys.map((key) => requests.find(key) !== undefined)).toEqual(keys.map((...[, at]) => open.has(at)));
      }
      expect(told).toEqual(expected);
    }),
  );
});

test('the time of a request is from its opening to its completion', async () => {
  const told: CompletedRequest[] = [];
  const requests = new OpenRequests((request) => told.push(request));
  const request = requests.open({}, start);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const atLeast = performance.now() - request.startMillis;
  requests.complete(request, 200);
  const atMost = performance.now() - request.startMillis;
  expect(told[0]?.durationMillis).toBeGreaterThanOrEqual(atLeast);
  expect(told[0]?.durationMillis).toBeLessThanOrEqual(atMost);
});

test.each([[undefined], [null], ['text'], [7], [{}], [{ stream: undefined }], [{ stream: {} }]])(
  'nothing is found by %j',
  (message) => {
    const requests = new OpenRequests(() => {});
    requests.open({}, start);
    expect(requests.find(message)).toBeUndefined();
  },
);

test('a request is found by its stream', () => {
  const requests = new OpenRequests(() => {});
  const stream = {};
  const request = requests.open(stream, start);
  expect(requests.find({ stream })).toBe(request);
});

test('a route that cannot be read does not lose the request', () => {
  const told: CompletedRequest[] = [];
  const requests = new OpenRequests((request) => told.push(request));
  const request = requests.open({}, start);
  request.message = {
    get route() {
      throw new Error('a getter that fails');
    },
  };
  requests.complete(request, 200);
  expect(told).toEqual([expect.objectContaining({ status: 200, route: undefined })]);
});
