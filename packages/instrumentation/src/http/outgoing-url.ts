/**
 * `url.full` of an outgoing request without query and user information: what is secret in there is called something
 * else in every API, so that no list of names can catch it.
 */
import type { RequestOptions } from 'node:http';

import { pathOfTarget } from './request-target.ts';

export function outgoingUrl({ protocol, hostname, host, port, path }: RequestOptions): string {
  const scheme = protocol ?? 'http:';
  // The order in which Node looks for the name to connect to. Node's `host` has no port; brackets are a URL's alone.
  const name = hostname || host || 'localhost';
  const authority = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const isDefaultPort = !port || String(port) === (scheme === 'https:' ? '443' : '80');
  return `${scheme}//${authority}${isDefaultPort ? '' : `:${port}`}${pathOfTarget(path ?? '/')}`;
}
