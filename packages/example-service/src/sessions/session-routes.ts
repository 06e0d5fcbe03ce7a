/** `/session`: log in, ask who one is, log out. */
import { setUser } from '@sentrikat/instrumentation';
import { security, type SecurityEntry } from '@sentrikat/instrumentation/security';
import { stringifySetCookie } from 'cookie';
import { Router } from 'express';
import { z } from 'zod';

import { failure, quoted } from '../events.ts';
import { requireUser, sessionCookie, tokenOf } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { maxFailures, type LoginResult, type Sessions } from './sessions.ts';

const loginBody = z.object({ name: z.string().max(200), password: z.string().max(200) });

export function sessionRoutes(sessions: Sessions): Router {
  const router = Router();

  router.post('/', async (request, response) => {
    const { name, password } = loginBody.parse(request.body);
    const result = await sessions.login(name, password, (refusal) => security.record({ user: name, ...refusal }));
    for (const event of eventsOf(name, result)) security.record(event);
    if (result.type === 'undecided') {
      failure('a login could not be decided', result.cause);
      throw new Refusal(503, 'unavailable', 'Logging in does not work just now.');
    }
    // One answer for all reasons: which of them it was would tell a stranger who exists.
    if (result.type !== 'success')
      throw new Refusal(401, 'login-failed', 'Wrong name or password, or the account is locked.');
    setUser(String(result.userId));
    response.setHeader('Set-Cookie', cookieOf(result.token, result.expiresAt));
    response.status(201).json({ token: result.token, expiresAt: result.expiresAt });
  });

  router.get('/', (request, response) => {
    const { id, name, permissions } = requireUser(request);
    response.json({ id, name, permissions });
  });

  router.delete('/', async (request, response) => {
    const user = requireUser(request);
    await sessions.logout(tokenOf(request) ?? '');
    security.record({ event: 'session.end', user: user.id });
    response.setHeader('Set-Cookie', cookieOf('', new Date(0)));
    response.status(204).end();
  });

  return router;
}

/** What a login leaves in the security log. */
function eventsOf(name: string, result: LoginResult): readonly SecurityEntry[] {
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
    case 'refused':
      return [{ event: 'authn.login.failure', user: name, reason: result.reason }];
    case 'undecided':
      return [{ event: 'authn.error', user: name, reason: result.reason }];
    case 'wrong-password': {
      const details = `${result.failures} of ${maxFailures}`;
      const failed: SecurityEntry = { event: 'authn.login.failure', user: name, reason: 'bad_password', details };
      return result.failures === maxFailures ? [failed, { event: 'authn.account.locked', user: name }] : [failed];
    }
  }
}

/** Strict, so that no other site's page can act in a user's name. `Secure` is the TLS proxy's to add; this speaks HTTP. */
function cookieOf(value: string, expires: Date): string {
  return stringifySetCookie({ name: sessionCookie, value, expires, httpOnly: true, sameSite: 'strict', path: '/' });
}
