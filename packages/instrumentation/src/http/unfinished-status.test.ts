import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { clientClosedRequest, statusOfUnfinished, type Unfinished } from './unfinished-status.ts';

const open: Unfinished = { hasThrown: false };
const alive = { errored: null, readableEnded: false };

function failed(code: unknown) {
  return { errored: Object.assign(new Error('x'), { code }), readableEnded: false };
}

test.each<
  [name: string, request: Unfinished, connection: typeof alive | ReturnType<typeof failed> | undefined, status: number]
>([
  ['this side ended the connection', open, alive, 500],
  ['the process ends', open, undefined, 500],
  ['the client ended its side', open, { ...alive, readableEnded: true }, clientClosedRequest],
  ['the client reset the connection', open, failed('ECONNRESET'), clientClosedRequest],
  ['the client no longer reads', open, failed('EPIPE'), clientClosedRequest],
  ['the network went away', open, failed('ETIMEDOUT'), clientClosedRequest],
  ['the connection ended in the middle of the body', open, failed('HPE_INVALID_EOF_STATE'), clientClosedRequest],
  ['the body was malformed', open, failed('HPE_INVALID_CHUNK_SIZE'), 400],
  ['the body was late', open, failed('ERR_HTTP_REQUEST_TIMEOUT'), 408],
  ['the connection broke for a reason of this side', open, failed('ERR_STREAM_PREMATURE_CLOSE'), 500],
  ['the error has no code', open, failed(undefined), 500],
  ['the code is none', open, failed(7), 500],
  ['the handler threw', { hasThrown: true }, { ...alive, readableEnded: true }, 500],
  ['the body was malformed, and the connection closed for it', { ...open, parserErrorCode: 'HPE_X' }, alive, 400],
  [
    'the body was late, and the connection closed for it',
    { ...open, parserErrorCode: 'ERR_HTTP_REQUEST_TIMEOUT' },
    alive,
    408,
  ],
  ['the body was malformed when the process ended', { ...open, parserErrorCode: 'HPE_X' }, undefined, 400],
  ['the body was malformed, and answered', { ...open, parserErrorCode: 'HPE_X', errorStatus: 418 }, alive, 418],
])('%s', (...[, request, connection, status]) => {
  expect(statusOfUnfinished(request, connection)).toBe(status);
});

const unfinished = fc.record(
  {
    hasThrown: fc.boolean(),
    parserErrorCode: fc.constantFrom('HPE_X', 'HPE_INVALID_EOF_STATE', 'ERR_HTTP_REQUEST_TIMEOUT'),
    errorStatus: fc.integer({ min: 100, max: 599 }),
  },
  { requiredKeys: ['hasThrown'] },
);
const connections = fc.record({
  errored: fc.option(fc.constantFrom('ECONNRESET', 'HPE_X', 'E').map((code) => failed(code).errored)),
  readableEnded: fc.boolean(),
});

describe('the order is the meaning', () => {
  test('an answer goes before a handler that threw, which goes before everything else', () => {
    fc.assert(
      fc.property(unfinished, fc.option(connections, { nil: undefined }), (request, connection) => {
        const status = statusOfUnfinished(request, connection);
        const rest = request.hasThrown ? [500] : [400, 408, clientClosedRequest, 500];
        expect(request.errorStatus === undefined ? rest : [request.errorStatus]).toContain(status);
      }),
    );
  });
});
