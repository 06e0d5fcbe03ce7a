/** What is told of a request whose handler has failed: the one that the handler had, by which it is known again. */
import { expressRoute } from '../http/express-route.ts';
import { pathOfTarget } from '../http/request-target.ts';

export interface FailedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Where a framework takes its mount points off the other. */
  readonly originalUrl?: string | undefined;
  /** Fastify's. Express says the route in other places. */
  readonly routeOptions?: { readonly url?: string | undefined };
}

export function methodAndPath({ method = '', url = '', originalUrl = url }: FailedRequest): {
  readonly method: string;
  readonly path: string;
} {
  return { method, path: pathOfTarget(originalUrl) };
}

export function routeOf(request: FailedRequest): string | undefined {
  return expressRoute(request) ?? request.routeOptions?.url;
}
