/** Who sends a request, and whether they may. */
import { setUser } from '@sentrikat/instrumentation';
import { security } from '@sentrikat/instrumentation/security';
import { parseCookie } from 'cookie';
import type { Request, RequestHandler } from 'express';

import type { Permission } from '../roles/permissions.ts';
import type { SessionUser, Sessions } from '../sessions/sessions.ts';
import { Refusal } from './refusal.ts';

export const sessionCookie = 'session';

const users = new WeakMap<Request, SessionUser>();

/** Looks up the session, if the request has one, and names its user to the access log. */
export function identify(sessions: Sessions): RequestHandler {
  return async (...[request, , next]) => {
    const token = tokenOf(request);
    const user = token === undefined ? undefined : await sessions.userOf(token);
    if (user !== undefined) {
      users.set(request, user);
      setUser(String(user.id));
    }
    next();
  };
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

/** The user of the request; a 401 if there is none. */
export function requireUser(request: Request): SessionUser {
  const user = users.get(request);
  if (user === undefined) throw new Refusal(401, 'unauthenticated', 'Log in first.');
  return user;
}

/** A bearer token, for programs, or else the cookie that a browser got at login. */
export function tokenOf({ headers }: Request): string | undefined {
  const [, bearer] = /^Bearer +([\w-]+)$/i.exec(headers.authorization ?? '') ?? [];
  return bearer ?? parseCookie(headers.cookie ?? '')[sessionCookie];
}
