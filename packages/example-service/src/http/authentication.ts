/** Who sends a request, and whether they may. */
import { setSession, setUser } from '@sentrikat/instrumentation';
import { security } from '@sentrikat/instrumentation/security';
import { parseCookie } from 'cookie';
import type { Request, RequestHandler } from 'express';

import type { Permission } from '../roles/permissions.ts';
import type { Duty, SessionUser, Sessions } from '../sessions/sessions.ts';
import { isApiToken, type Tokens } from '../tokens/tokens.ts';
import { Refusal } from './refusal.ts';

export const sessionCookie = 'session';

const users = new WeakMap<Request, SessionUser>();

/** Looks up the session or the token, if the request has one, and names its user to the access log. */
export function identify(sessions: Sessions, tokens: Tokens): RequestHandler {
  return async (...[request, , next]) => {
    const token = tokenOf(request);
    if (token !== undefined && !isApiToken(token)) setSession(token);
    const user = token === undefined ? undefined : await userOf(token, sessions, tokens);
    if (user !== undefined) {
      users.set(request, user);
      setUser(String(user.id));
    }
    next();
  };
}

async function userOf(token: string, sessions: Sessions, tokens: Tokens): Promise<SessionUser | undefined> {
  if (!isApiToken(token)) return sessions.userOf(token);
  const user = await tokens.userOf(token);
  if (typeof user === 'object') return user;
  security.record({ event: 'authn.token.rejected', reason: user });
  throw new Refusal(401, 'token-rejected', 'This token is not good, or not any more.');
}

/** Lets a request pass whose user has the permission; 401 without a user, 403 without the permission. */
export function requirePermission(permission: Permission): RequestHandler {
  return (...[request, , next]) => {
    const user = requireUser(request);
    if (!user.permissions.includes(permission)) {
      security.record({ event: 'authz.denied', target: permission });
      throw new Refusal(403, 'forbidden', 'Your role does not allow this.');
    }
    next();
  };
}

/** The user of the request, who may do what users do: a 401 if there is none, a 403 if they have a duty to do first. */
export function requireUser(request: Request): SessionUser {
  const user = requireAnyUser(request);
  if (user.duty !== undefined) throw new Refusal(403, user.duty, duties[user.duty]);
  return user;
}

const duties = {
  'change-password': 'Change your password first.',
  'set-up-mfa': 'Set up a second factor first.',
} as const satisfies Record<Duty, string>;

/** The user of the request, whatever they still have to do. */
export function requireAnyUser(request: Request): SessionUser {
  const user = users.get(request);
  if (user === undefined) throw new Refusal(401, 'unauthenticated', 'Log in first.');
  return user;
}

/** A bearer token, for programs, or else the cookie that a browser got at login. */
export function tokenOf({ headers }: Request): string | undefined {
  const [, bearer] = /^Bearer +([\w-]+)$/i.exec(headers.authorization ?? '') ?? [];
  return bearer ?? parseCookie(headers.cookie ?? '')[sessionCookie];
}
