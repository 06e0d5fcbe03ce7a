/** Turns what the client did wrong into an answer. What we did wrong is left to the next handler, which tells the client nothing of it. */
import { security } from '@sentrikat/instrumentation/security';
import type { ErrorRequestHandler } from 'express';
import { DatabaseError } from 'pg';
import { ZodError } from 'zod';

import { Refusal } from './refusal.ts';

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** In a word, what no honest client sends. */
  readonly suspicion?: string;
}

export const answerError: ErrorRequestHandler = (error, request, response, next) => {
  // Express knows a handler of errors by its four parameters.
  void request;
  const answer = rules.map((rule) => rule(error)).find((found) => found !== undefined);
  if (answer === undefined) return next(error);
  const { status, code, message, suspicion } = answer;
  if (suspicion !== undefined) security.record({ event: 'input.validation.failure', reason: suspicion });
  response.status(status).json({ error: { code, message } });
};

/** Everything here carries its own status, and text that is meant for the client. */
const rules: readonly ((error: unknown) => Answer | undefined)[] = [
  (error) => (error instanceof ZodError ? { status: 400, code: 'invalid', message: summaryOf(error) } : undefined),
  (error) => databaseAnswers[error instanceof DatabaseError ? (error.code ?? '') : ''],
  (error) => (error instanceof Refusal ? error : undefined),
  (error) =>
    error instanceof SyntaxError && 'status' in error
      ? { status: 400, code: 'bad-request', message: 'The request could not be read.', suspicion: 'not_json' }
      : undefined,
  // What Express and its body parser refuse.
  (error) =>
    error instanceof Error && 'status' in error && Number(error.status) >= 400 && Number(error.status) < 500
      ? {
          status: Number(error.status),
          code: 'code' in error && typeof error.code === 'string' ? error.code : 'bad-request',
          message: 'The request could not be read.',
        }
      : undefined,
];

const notText = {
  status: 400,
  code: 'invalid',
  message: 'It holds a character that no text may hold.',
  suspicion: 'not_text',
} as const;

/** What a client can bring the database to refuse: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const databaseAnswers: Readonly<Record<string, Answer>> = {
  22021: notText,
  '22P05': notText,
  23503: { status: 409, code: 'in-use', message: 'It refers to something that does not exist, or is still in use.' },
  23505: { status: 409, code: 'exists', message: 'There is one of that name already.' },
};

function summaryOf({ issues }: ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
}
