/**
 * Attributes as two lists, keys and values. A record of the fast path has nothing else until somebody asks for an object: making one,
 * and looking for twenty names in it, takes longer than writing down what it says.
 */
import type { AnyValue, Attributes } from '@opentelemetry/api';

/** Each value stands where its key does, and every key once. */
export interface AttributeList {
  readonly keys: string[];
  readonly values: unknown[];
}

/** A record whose attributes may be a list. While there is one, `attributes` is to be left alone: asking for it ends the list. */
export interface ListedRecord {
  readonly attributes: Attributes;
  readonly attributeList?: AttributeList | undefined;
}

/** Its value; undefined where the record has none. */
export function attributeOf(record: ListedRecord, key: string): unknown {
  const list = record.attributeList;
  return list === undefined ? record.attributes[key] : list.values[placeOf(list, key)];
}

/** Adds an attribute, or replaces the one of that key. Not limited, as `setAttribute` of the SDK's records is. */
export function putAttribute(record: ListedRecord, key: string, value: AnyValue): void {
  const list = record.attributeList;
  if (list === undefined) {
    record.attributes[key] = value;
    return;
  }
  const place = placeOf(list, key);
  list.keys[place] = key;
  list.values[place] = value;
}

/** All of them, for reading. What cannot be read is a text that says so. */
export function attributeListOf(record: ListedRecord): AttributeList {
  return record.attributeList ?? listOf(record.attributes);
}

export function objectOf({ keys, values }: AttributeList): Attributes {
  const object: Attributes = {};
  for (let index = 0; index < keys.length; index++) object[keys[index]!] = values[index] as AnyValue;
  return object;
}

/** Behind the last where it is not there. Attributes are few, and their keys the same object each time: no index is as quick. */
function placeOf({ keys }: AttributeList, key: string): number {
  let place = 0;
  while (place < keys.length && keys[place] !== key) place++;
  return place;
}

function listOf(attributes: Attributes): AttributeList {
  const keys = Object.keys(attributes);
  const values: unknown[] = [];
  for (const key of keys) values.push(valueOf(attributes, key));
  return { keys, values };
}

function valueOf(attributes: Attributes, key: string): unknown {
  try {
    return attributes[key];
  } catch (error) {
    return unreadable(error);
  }
}

/** What stands for a value that cannot be read. */
export function unreadable(error: unknown): string {
  return `[unreadable: ${reasonOf(error)}]`;
}

function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'the error cannot be read either';
  }
}
