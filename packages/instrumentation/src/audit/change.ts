/** What a change has changed: of the values before and after it, only the parts that differ. Pure. */
import { cutKey, isStandIn, type Json, type JsonObject } from '../redaction/json.ts';

/** Undefined: there was none, or is none any more. */
export interface Change {
  readonly oldValue: Json | undefined;
  readonly newValue: Json | undefined;
}

/**
 * Objects are compared key by key, at any depth; all else as a whole. What did not exist before or after is shown whole, and what
 * has not changed at all as empty objects, so that it shows that it was compared. Of what was not read whole nobody knows whether it has
 * changed: it is shown as if it had, by what stands for it.
 */
export function changeBetween(oldValue: Json | undefined, newValue: Json | undefined): Change {
  if (!isObject(oldValue) || !isObject(newValue)) return { oldValue, newValue };
  const before: [string, Json][] = [];
  const after: [string, Json][] = [];
  for (const key of new Set([...Object.keys(oldValue), ...Object.keys(newValue)])) {
    const [one, other] = [own(oldValue, key), own(newValue, key)];
    if (key !== cutKey && isSame(one, other)) continue;
    const part = changeBetween(one, other);
    if (part.oldValue !== undefined) before.push([key, part.oldValue]);
    if (part.newValue !== undefined) after.push([key, part.newValue]);
  }
  return { oldValue: Object.fromEntries(before), newValue: Object.fromEntries(after) };
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (typeof one === 'string') return one === other && !isStandIn(one);
  if (isList(one))
    return isList(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  if (!isObject(one)) return one === other;
  const keys = Object.keys(one);
  if (!isObject(other) || keys.length !== Object.keys(other).length || keys.includes(cutKey)) return false;
  return keys.every((key) => isSame(own(one, key), own(other, key)));
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
