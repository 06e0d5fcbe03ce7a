/** What a response's status line said: `statusCode` may have been set since, by a handler of errors that came too late. */
import type { ServerResponse } from 'node:http';

export function sentStatus(response: ServerResponse): number {
  // Node keeps what it has sent under this name, and no other.
  const head: unknown = Reflect.get(response, '_header');
  const status = typeof head === 'string' ? /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] : undefined;
  return status === undefined ? response.statusCode : Number(status);
}

/** Has the operating system got all of it? Node says so a tick later, which a process that ends does not live to see. */
export function isSent(response: ServerResponse): boolean {
  return response.writableEnded && response.writableLength === 0;
}
