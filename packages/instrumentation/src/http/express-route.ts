/**
 * The route an Express application (4 or 5) matched: the mount point of the router and the pattern inside it,
 * `/api/users/:id`.
 *
 * Express leaves the pattern on the request, and the mount point as well while the router is in charge; a router that an
 * error has left takes its mount point back, which then is read off the path. A parameter in a *mount point* shows as
 * its value, because Express does not keep what it was mounted with.
 */
export function expressRoute(message: object): string | undefined {
  const { route, baseUrl, originalUrl } = message as {
    readonly route?: { readonly path?: unknown };
    readonly baseUrl?: unknown;
    readonly originalUrl?: unknown;
  };
  const pattern = patternOf(route?.path);
  if (pattern === undefined || typeof baseUrl !== 'string') return undefined;
  const mountPoint = baseUrl === '' ? mountPointOf(String(originalUrl), pattern) : baseUrl;
  return pattern === '/' && mountPoint !== '' ? mountPoint : mountPoint + pattern;
}

function patternOf(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (path instanceof RegExp) return String(path);
  return Array.isArray(path) ? path.map(String).join('|') : undefined;
}

/** The leading segments of a path that are more than its pattern has; none where the pattern's length is not fixed. */
function mountPointOf(url: string, pattern: string): string {
  if (!/^(\/[^*{}()?+|/]+)+$/.test(pattern)) return '';
  const segments = url
    .replace(/[?#].*/s, '')
    .replace(/\/$/, '')
    .split('/');
  return segments.slice(0, 1 - pattern.split('/').length).join('/');
}
