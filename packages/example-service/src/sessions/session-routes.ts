/** `/session`: log in, ask who one is, log out. */
import { setUser } from '@sentrikat/instrumentation';
import { stringifySetCookie } from 'cookie';
import { Router } from 'express';
import { z } from 'zod';

import { quoted, securityEvent } from '../events.ts';
import { addressOf, requireUser, sessionCookie, tokenOf } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { maxFailures, type LoginResult, type Sessions } from './sessions.ts';

const loginBody = z.object({ name: z.string().max(200), password: z.string().max(200) });

export function sessionRoutes(sessions: Sessions): Router {
  const router = Router();

  router.post('/', async (request, response) => {
    const { name, password } = loginBody.parse(request.body);
    const result = await sessions.login(name, password);
    for (const { eventName, body } of eventsOf(name, result))
      securityEvent(eventName, body, {
        refused: result.type !== 'success',
        attributes: {
          'client.address': addressOf(request),
          ...(result.type === 'unknown-user' ? {} : { 'user.id': String(result.userId) }),
        },
      });
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
    securityEvent('session.closed', `logout of user:${user.id}`, {
      refused: false,
      attributes: { 'user.id': String(user.id), 'client.address': addressOf(request) },
    });
    response.setHeader('Set-Cookie', cookieOf('', new Date(0)));
    response.status(204).end();
  });

  return router;
}

interface LoginEvent {
  readonly eventName: `authn.${string}`;
  readonly body: string;
}

/** What a login leaves in the security log. */
function eventsOf(name: string, result: LoginResult): readonly LoginEvent[] {
  const who = `user ${quoted(name)}`;
  switch (result.type) {
    case 'success':
      return [{ eventName: 'authn.login.succeeded', body: `login of ${who}` }];
    case 'unknown-user':
      return [{ eventName: 'authn.login.failed', body: `login failed: unknown ${who}` }];
    case 'locked':
      return [{ eventName: 'authn.login.refused', body: `login refused: ${who} is locked` }];
    case 'wrong-password': {
      const attempt = `${result.failures} of ${maxFailures}`;
      const failed = {
        eventName: 'authn.login.failed',
        body: `login failed: wrong password of ${who}, ${attempt}`,
      } as const;
      return result.failures === maxFailures
        ? [failed, { eventName: 'authn.account.locked', body: `${who} is locked after ${maxFailures} failures` }]
        : [failed];
    }
  }
}

/** Strict, so that no other site's page can act in a user's name. `Secure` is the TLS proxy's to add; this speaks HTTP. */
function cookieOf(value: string, expires: Date): string {
  return stringifySetCookie({ name: sessionCookie, value, expires, httpOnly: true, sameSite: 'strict', path: '/' });
}
