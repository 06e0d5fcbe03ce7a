import { SeverityNumber } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { crashRecord } from './crash-record.ts';

test('says what happened, to what, and where', () => {
  const error = new TypeError('it broke', { cause: new Error('the reason') });
  expect(crashRecord({ error, origin: 'uncaughtException', isFatal: true })).toEqual({
    concern: 'error',
    severityNumber: SeverityNumber.FATAL,
    eventName: 'exception',
    body: 'uncaught exception: TypeError: it broke',
    attributes: {
      'code.file.path': import.meta.filename,
      'code.line.number': 7,
      'exception.type': 'TypeError',
      'exception.message': 'it broke',
      'exception.stacktrace': expect.stringMatching(/^TypeError: it broke\n[^]*\nCaused by: Error: the reason\n/),
    },
  });
});

test('says what else the error says of itself', () => {
  const error = Object.assign(new Error('duplicate key'), { code: '23505', constraint: 'users_email_key' });
  expect(crashRecord({ error, origin: 'uncaughtException', isFatal: true }).attributes).toMatchObject({
    err: { code: '23505', constraint: 'users_email_key' },
  });
});

test('is an error, and no more, where the program goes on', () => {
  expect(crashRecord({ error: 'text', origin: 'unhandledRejection', isFatal: false })).toMatchObject({
    severityNumber: SeverityNumber.ERROR,
    body: 'unhandled rejection: string: text',
    attributes: { 'exception.type': 'string', 'exception.message': 'text', 'exception.stacktrace': 'text' },
  });
});
