/**
 * Any value of an application's as plain data, read once: what a getter answers the next time, what a proxy shows to
 * somebody else, and what the application changes afterwards, is of no consequence. Runs the application's code
 * (getters, traps, `toJSON`), and none of it later.
 *
 * Total and bounded (see `limits.ts`): what cannot be read, and what is too much, becomes a string that says so.
 */
import { isUtf8 } from 'node:buffer';
import { types } from 'node:util';

import { errorChain, errorMessage } from '../process/error-chain.ts';
import { maxDepth, maxValues } from './limits.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * What `JSON.stringify` makes of it, `toJSON` included, and more than that of what JSON does not know: errors are
 * their stacks, maps and sets lists, bytes the text that they are or their number, bigints their digits. Undefined
 * stays undefined. Never throws.
 */
export function asJson(value: unknown): Json | undefined {
  return new Reading().read(value, '', []);
}

/** Under which key an object says how many it has, of which not all are there. */
export const cutKey = '[cut]';

/** What `asJson` writes in the place of what it does not show. A text of the application's may look like that. */
const standIn = /^\[(?:circular|deep|unreadable: .*|cut, \d+ items|\d+ bytes)\]$/s;

export function isStandIn(text: string): boolean {
  return standIn.test(text);
}

class Reading {
  #left = maxValues;

  read(value: unknown, key: string, parents: readonly object[]): Json | undefined {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        return String(value);
      case 'object':
        return value === null ? null : this.#readObject(value, key, parents);
      default:
        return undefined;
    }
  }

  #readObject(value: object, key: string, parents: readonly object[]): Json | undefined {
    try {
      if (parents.includes(value)) return '[circular]';
      if (parents.length >= maxDepth) return '[deep]';
      const path = [...parents, value];
      if (Array.isArray(value)) return this.#list(value, value.length, path);
      if (isPlain(value) && value['toJSON'] === undefined) return this.#members(value, path);
      return this.#special(value, key, path);
    } catch (error) {
      return `[unreadable: ${errorMessage(error)}]`;
    }
  }

  /** Asked by their inner slots, so that nothing can pass for what it is not, and no method of a subclass's runs. */
  #special(value: object, key: string, path: readonly object[]): Json | undefined {
    if (types.isNativeError(value) || value instanceof Error) return errorChain(value);
    if (types.isDate(value)) return dateText(value);
    if (types.isMap(value)) return this.#list(Map.prototype.entries.call(value), value.size, path);
    if (types.isSet(value)) return this.#list(Set.prototype.values.call(value), value.size, path);
    if (types.isUint8Array(value)) return textOf(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return `[${value.byteLength} bytes]`;
    if (types.isBoxedPrimitive(value)) return this.read(value.valueOf(), key, path);
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') return this.read(toJSON.call(value, key), key, path);
    return this.#members(value as Record<string, unknown>, path);
  }

  /** `size`: how many there are to be said where they are too many. */
  #list(items: Iterable<unknown>, size: number, path: readonly object[]): readonly Json[] {
    const list: Json[] = [];
    for (const item of items) {
      if (this.#left-- <= 0) {
        list.push(`[cut, ${size} items]`);
        break;
      }
      list.push(this.read(item, '', path) ?? null);
    }
    return list;
  }

  #members(object: Record<string, unknown>, path: readonly object[]): JsonObject {
    const keys = Object.keys(object);
    const entries: [string, Json][] = [];
    for (const key of keys) {
      if (this.#left-- <= 0) {
        entries.push([cutKey, `${keys.length} keys`]);
        break;
      }
      const member = this.#member(object, key, path);
      if (member !== undefined) entries.push([key, member]);
    }
    return Object.fromEntries(entries);
  }

  #member(object: Record<string, unknown>, key: string, path: readonly object[]): Json | undefined {
    try {
      return this.read(object[key], key, path);
    } catch (error) {
      return `[unreadable: ${errorMessage(error)}]`;
    }
  }
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** By the prototype's own methods. JSON has nothing for a date that is none. */
function dateText(date: Date): string {
  return Number.isNaN(Date.prototype.getTime.call(date)) ? 'Invalid Date' : Date.prototype.toISOString.call(date);
}

function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : `[${bytes.length} bytes]`;
}
