/**
 * OpenTelemetry's SDK copies the objects in attributes by assigning their members, by which what stands under `__proto__` becomes what the
 * copy inherits from, and is shown by nobody. Here it stands under a key that is copied like any other.
 */
import type { Json } from '../redaction/json.ts';

export function copyable(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => copyable(item)!);
  const members = Object.entries(value).map(([key, member]): [string, Json] => [
    key === '__proto__' ? '[__proto__]' : key,
    copyable(member)!,
  ]);
  return Object.fromEntries(members);
}
