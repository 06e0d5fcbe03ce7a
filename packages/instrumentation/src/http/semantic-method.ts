/**
 * The methods the conventions know; any other is `_OTHER`, so that clients cannot invent span names and values.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/ (http.request.method)
 */
const knownMethods = new Set('GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '));

export function semanticMethod(method: string): string {
  return knownMethods.has(method) ? method : '_OTHER';
}
