/**
 * The route an Express application (4 or 5) matched: the mount point of the router and the pattern inside it,
 * `/api/users/:id`.
 *
 * Express leaves the pattern on the request, and the mount point as well while the router is in charge; a router that an
 * error has left takes its mount point back, and gives the path it had stripped of it. So the mount point is whatever
 * the path has more than the pattern, where that has a fixed number of segments. A parameter in a *mount point* shows as
 * its value, because Express does not keep what it was mounted with.
 */
import { pathOfTarget } from './request-target.ts';

export function expressRoute(message: object): string | undefined {
  const { route, baseUrl, url } = message as {
    readonly route?: { readonly path?: unknown };
    readonly baseUrl?: unknown;
    readonly url?: unknown;
  };
  const path = route?.path;
  const pattern = patternOf(path);
  if (pattern === undefined || typeof baseUrl !== 'string') return undefined;
  const mountPoint = hasFixedLength(path) ? mountPointOf(baseUrl + pathOfTarget(String(url)), path) : baseUrl;
  return pattern === '/' && mountPoint !== '' ? mountPoint : mountPoint + pattern;
}

function patternOf(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (path instanceof RegExp) return String(path);
  return Array.isArray(path) ? path.map(String).join('|') : undefined;
}

function hasFixedLength(path: unknown): path is string {
  return typeof path === 'string' && (path === '/' || /^(\/[^*{}()?+|/]+)+\/?$/.test(path));
}

/** The leading segments of a path that are more than its pattern has. */
function mountPointOf(path: string, pattern: string): string {
  const segments = segmentsOf(path);
  return segments.slice(0, Math.max(0, segments.length - segmentsOf(pattern).length + 1)).join('/');
}

/** The first of them is empty. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/');
}
