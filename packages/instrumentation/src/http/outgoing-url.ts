/**
 * `url.full` of an outgoing request without query and user information: what is secret in there is called something
 * else in every API, so that no list of names can catch it.
 */
import type { RequestOptions } from 'node:http';

import { pathOfTarget } from './request-target.ts';

export function outgoingUrl({ protocol, hostname, host, port, path }: RequestOptions): string {
  const scheme = protocol ?? 'http:';
  const name = host ?? hostname ?? 'localhost';
  const isDefaultPort = !port || String(port) === (scheme === 'https:' ? '443' : '80') || /:\d+$/.test(name);
  return `${scheme}//${name}${isDefaultPort ? '' : `:${port}`}${pathOfTarget(path ?? '/')}`;
}
