import {
  InvalidCredentialsError,
  MoreResultsToReturnError,
  NoResultError,
  SaslBindInProgressError,
  UnknownStatusCodeError,
} from 'ldapts';
import { expect, test } from 'vitest';

import { failureOf } from './outcome.ts';

const ofNode = (code: string) => Object.assign(new Error('alice'), { code });

test.each([
  ['a refused password', new InvalidCredentialsError('alice'), [49, 'invalidCredentials', 'invalidCredentials']],
  ['a result without a name', new UnknownStatusCodeError(4711, 'alice'), [4711, '4711', '4711']],
  ['a result that only ldapts has a name for', new MoreResultsToReturnError('alice'), [95, '95', '95']],
  ['no result', new NoResultError('alice'), [248, '248', '248']],
  ['a referral', new UnknownStatusCodeError(10, 'alice'), [10, 'referral', 'referral']],
  [
    'a comparison, of an operation that compares nothing',
    new UnknownStatusCodeError(6, 'alice'),
    [6, 'compareTrue', 'compareTrue'],
  ],
  [
    'a step of SASL',
    new SaslBindInProgressError({ errorMessage: 'alice' } as never),
    [14, 'saslBindInProgress', undefined],
  ],
  ['no connection', ofNode('ECONNREFUSED'), [undefined, undefined, 'ECONNREFUSED']],
  ['a certificate', ofNode('CERT_HAS_EXPIRED'), [undefined, undefined, 'CERT_HAS_EXPIRED']],
  ['a code that is a text', ofNode('alice is gone'), [undefined, undefined, 'Error']],
  ['a time-out', new Error('AddRequest: Operation timed out'), [undefined, undefined, 'operation_timeout']],
  ['any other error', new TypeError('alice'), [undefined, undefined, 'TypeError']],
  [
    'an error whose name is a text',
    Object.assign(new Error('x'), { name: 'no alice' }),
    [undefined, undefined, '_OTHER'],
  ],
  ['an abort, whose code is not LDAP’s', new DOMException('alice', 'AbortError'), [undefined, undefined, 'AbortError']],
  ['no error at all', 'alice', [undefined, undefined, '_OTHER']],
  ['nothing', undefined, [undefined, undefined, '_OTHER']],
] as const)('%s', (...[, error, expected]) => {
  const failure = failureOf(error);
  expect([failure['ldap.result_code'], failure['ldap.result_name'], failure['error.type']]).toEqual(expected);
});
