/**
 * The path of a request target: no query, no fragment, no scheme and authority, no user information, because these
 * carry tokens and passwords and the access log is read widely.
 *
 * Takes the four forms of https://www.rfc-editor.org/rfc/rfc9112#section-3.2: `/path?query`, `http://user@host/path`,
 * `host:443` (CONNECT, which stays) and `*`. Anything else stays as it is, up to a `?` or `#`.
 */
export function pathOfTarget(target: string): string {
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  if (path.startsWith('/')) return path;
  const authority = /^[a-z][a-z0-9+.-]{0,31}:\/\/[^/]*/i.exec(path)?.[0];
  if (authority !== undefined) return path.slice(authority.length) || '/';
  return path.slice(path.lastIndexOf('@') + 1);
}
