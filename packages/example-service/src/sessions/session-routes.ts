/** `/session`: log in, ask who one is, log out. */
import { setSession, setUser } from '@sentrikat/instrumentation';
import { security, type SecurityEntry } from '@sentrikat/instrumentation/security';
import { stringifySetCookie } from 'cookie';
import { Router, type Response } from 'express';
import { z } from 'zod';

import { failure, quoted } from '../events.ts';
import { requireAnyUser, sessionCookie, tokenOf } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import type { SecondFactor } from '../mfa/second-factor.ts';
import { maxFailures, type LoginResult, type Logins } from './logins.ts';
import type { Sessions } from './sessions.ts';

const loginBody = z.object({ name: z.string().max(200), password: z.string().max(200) });
const codeBody = z.object({ token: z.string().max(100), code: z.string().max(10) });

export function sessionRoutes(sessions: Sessions, logins: Logins, secondFactor: SecondFactor): Router {
  const router = Router();

  router.post('/', async (request, response) => {
    const { data, error } = loginBody.safeParse(request.body);
    if (error !== undefined) {
      if (isIncomplete(request.body))
        security.record({ event: 'authn.login.failure', user: nameIn(request.body), reason: 'missing_credentials' });
      throw error;
    }
    const { name, password } = data;
    const result = await logins.login(name, password, (refusal) => security.record({ user: name, ...refusal }));
    for (const event of eventsOf(name, result)) security.record(event);
    if (result.type === 'undecided') {
      failure('a login could not be decided', result.cause);
      throw new Refusal(503, 'unavailable', 'Logging in does not work just now.');
    }
    if (result.type === 'code-needed') {
      response.status(202).json({ token: result.token, expiresAt: result.expiresAt, needs: 'code' });
      return;
    }
    begin(response, result);
  });

  /** The second half of a login with two factors. */
  router.post('/code', async (request, response) => {
    const { token, code } = codeBody.parse(request.body);
    const user = await logins.awaitingCode(token);
    if (user === undefined) throw loginFailed();
    const reason = await secondFactor.check(user, code);
    if (reason !== undefined) {
      security.record({ event: 'authn.mfa.failure', user, reason });
      const counted = await logins.fail(user);
      for (const event of eventsOf(String(user), counted, 'mfa_failed')) security.record(event);
      throw loginFailed();
    }
    security.record({ event: 'authn.mfa.success', user });
    const result = await logins.complete(user, token);
    for (const event of eventsOf(String(user), result)) security.record(event);
    begin(response, result);
  });

  router.get('/', (request, response) => {
    const { id, name, permissions, duty } = requireAnyUser(request);
    response.json({ id, name, permissions, duty });
  });

  router.delete('/', async (request, response) => {
    const user = requireAnyUser(request);
    await sessions.logout(tokenOf(request) ?? '');
    security.record({ event: 'session.end', user: user.id });
    response.setHeader('Set-Cookie', cookieOf('', new Date(0)));
    response.status(204).end();
  });

  return router;
}

/** Who says nothing of a name or a password has not sent what a login form sends. */
function isIncomplete(body: unknown): boolean {
  const { name, password } = { ...(body as Partial<Record<string, unknown>>) };
  return name === undefined || password === undefined;
}

function nameIn(body: unknown): string {
  const { name } = { ...(body as Partial<Record<string, unknown>>) };
  return typeof name === 'string' ? name : '';
}

function begin(response: Response, result: LoginResult): void {
  if (result.type !== 'success') throw loginFailed();
  setUser(String(result.userId));
  setSession(result.token);
  response.setHeader('Set-Cookie', cookieOf(result.token, result.expiresAt));
  response.status(201).json({ token: result.token, expiresAt: result.expiresAt });
}

/** One answer for all reasons: which of them it was would tell a stranger who exists. */
function loginFailed(): Refusal {
  return new Refusal(401, 'login-failed', 'Wrong name or password, or the account is locked.');
}

/** What a login leaves in the security log. */
function eventsOf(
  name: string,
  result: LoginResult,
  wrong: 'bad_password' | 'mfa_failed' = 'bad_password',
): readonly SecurityEntry[] {
  switch (result.type) {
    case 'success': {
      const { userId: user, failures } = result;
      const opened: SecurityEntry[] = [
        { event: 'authn.login.success', user, details: `as ${quoted(name)}` },
        { event: 'session.start', user },
      ];
      if (failures > 0)
        opened.push({ event: 'authn.login.success_after_failure', user, details: `after ${failures} failures` });
      return opened;
    }
    case 'code-needed':
      return [{ event: 'authn.mfa.challenge', user: result.userId, details: `as ${quoted(name)}` }];
    case 'refused':
      return [{ event: 'authn.login.failure', user: name, reason: result.reason }];
    case 'undecided':
      return [{ event: 'authn.error', user: name, reason: result.reason }];
    case 'wrong-password': {
      const details = `${result.failures} of ${maxFailures}`;
      const failed: SecurityEntry = { event: 'authn.login.failure', user: name, reason: wrong, details };
      return result.failures === maxFailures ? [failed, { event: 'authn.account.locked', user: name }] : [failed];
    }
  }
}

/** Strict, so that no other site's page can act in a user's name. `Secure` is the TLS proxy's to add; this speaks HTTP. */
function cookieOf(value: string, expires: Date): string {
  return stringifySetCookie({ name: sessionCookie, value, expires, httpOnly: true, sameSite: 'strict', path: '/' });
}
