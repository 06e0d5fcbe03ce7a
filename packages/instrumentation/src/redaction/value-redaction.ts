/**
 * Takes the secrets out of plain data, at any depth. What it is given stays as it is, and is the answer where it has
 * no secrets: of ordinary data nothing is copied. Work is bounded (see `limits.ts`), and what was not looked at does
 * not get through.
 */
import type { AttributeList } from '@sentrikat/file-exporter';

import { sanitiseSql } from '../pg/sanitise-sql.ts';
import { keepsShape, structureOf } from './json-text.ts';
import { asJson, cutKey, type Json } from './json.ts';
import { namesOfValues, type Key, type KeyKind, type Keys } from './keys.ts';
import {
  maxDepth,
  maxOverlapCharacters,
  maxRecordCharacters,
  maxShortCharacters,
  maxTextCharacters,
  maxValues,
  mostOfShortText,
} from './limits.ts';
import { isCardNumber } from './text/card-number.ts';
import { markOf } from './text/detector.ts';
import { isMark } from './text/detectors.ts';
import type { TextRedaction } from './text/text-redaction.ts';

type Members = Readonly<Record<string, unknown>>;

const redacted = markOf('');
const redactedCard = markOf('card-number');
/** With fewer than 13 digits there is none. */
const lowestCardNumber = 1e12;
/** What else than its value a key may be about. */
const isAboutMore: Readonly<Record<KeyKind, boolean>> = {
  plain: false,
  secret: false,
  sql: false,
  query: false,
  detail: false,
  value: true,
  telling: true,
  prototype: true,
};
/** What stands before such a value where it is in a text. */
const readBehind: Readonly<Partial<Record<KeyKind, string>>> = { query: '?', detail: 'detail: ' };
const noMembers: Members = {};

/** For one record after the other. */
export class ValueRedaction {
  /** How many secrets were taken out since `begin`. */
  count = 0;
  readonly #keys: Keys;
  readonly #texts: TextRedaction;
  #valuesLeft = 0;
  #charactersLeft = 0;
  #shortCharactersLeft = 0;

  constructor(keys: Keys, texts: TextRedaction) {
    this.#keys = keys;
    this.#texts = texts;
  }

  /** One more, of what this was prepared for: each is busy with one record at a time. */
  another(): ValueRedaction {
    return new ValueRedaction(this.#keys, this.#texts);
  }

  /** To be called for each record, all of whose values then share the limits. */
  begin(): void {
    this.count = 0;
    this.#valuesLeft = maxValues;
    this.#charactersLeft = maxRecordCharacters;
    this.#shortCharactersLeft = maxShortCharacters;
  }

  value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'object' && value !== null) return this.#reference(value, depth);
    if (typeof value === 'number') return value < lowestCardNumber ? value : this.#number(value);
    return value === undefined || value === null || typeof value === 'boolean'
      ? value
      : this.value(asJson(value), depth);
  }

  #reference(value: object, depth: number): unknown {
    if (depth >= maxDepth) return '[deep]';
    if (isPlain(value)) return this.members(value, depth);
    if (Array.isArray(value)) return this.#list(value, depth);
    return value instanceof Uint8Array ? this.#bytes(value) : this.value(asJson(value), depth + 1);
  }

  #number(value: number): unknown {
    return Number.isInteger(value) && isCardNumber(String(value)) ? this.#take(redactedCard) : value;
  }

  members(object: Members, depth: number): Members {
    let copy: Record<string, unknown> | undefined;
    let hasSecretKey = false;
    for (const key in object) {
      const value = object[key];
      if (this.#valuesLeft-- <= 0) {
        copy = membersBefore(key, object, copy ?? object);
        break;
      }
      const about = this.#keys.about(key);
      if (about.kind !== 'plain') {
        if (about.kind === 'telling') hasSecretKey = true;
        if (about.kind === 'prototype') copy = { ...object, ...copy };
      }
      const after = this.#member(about, key, value, object, depth);
      if (Object.is(after, value)) continue;
      copy ??= copyOf(object);
      copy[key] = after;
    }
    return hasSecretKey ? this.#withoutSecretKeys(copy ?? object) : (copy ?? object);
  }

  /**
   * The same in the list's place, of members that are none of the innermost. False, and nothing is done, where a key says more than what
   * its own value is, for which it has to be an object.
   */
  list({ keys, values }: AttributeList): boolean {
    if (keys.length > this.#valuesLeft) return false;
    for (const key of keys) if (isAboutMore[this.#keys.about(key).kind]) return false;
    this.#valuesLeft -= keys.length;
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      values[index] = this.#member(this.#keys.about(key), key, values[index], noMembers, 0);
    }
    return true;
  }

  #member(about: Key, key: string, value: unknown, object: Members, depth: number): unknown {
    return about.kind === 'plain'
      ? this.#plainMember(about, value, depth)
      : this.#specialMember(about.kind, key, value, object, depth);
  }

  #plainMember(about: Key, value: unknown, depth: number): unknown {
    if (typeof value !== 'string' || value.length > mostOfShortText) return this.value(value, depth + 1);
    if (value === about.ordinaryText && this.#isWithinLimit(value.length)) return value;
    const after = this.text(value);
    if (after === value) about.ordinaryText = value;
    return after;
  }

  #specialMember(kind: KeyKind, key: string, value: unknown, object: Members, depth: number): unknown {
    if (kind === 'secret' || (kind === 'telling' && this.#keys.isSecret(key))) return this.#secret(value);
    if (kind === 'value' && namesOfValues.some((of) => this.#isSecretName(object[of]))) return this.#secret(value);
    if (typeof value !== 'string') return this.value(value, depth + 1);
    const before = readBehind[kind];
    if (before !== undefined) return this.text(before + value).slice(before.length);
    if (kind === 'sql') {
      const statement = sanitiseSql(value);
      return this.text(statement === value ? value : this.#take(statement));
    }
    return this.value(value, depth + 1);
  }

  /** What says that there is none, or only whether there is one, stays. */
  #secret(value: unknown): unknown {
    if (value === undefined || value === null || value === '' || typeof value === 'boolean') return value;
    if (!Array.isArray(value)) return isMarkValue(value) ? value : this.#take(redacted);
    return value.length === 0 || (value.length === 1 && isMarkValue(value[0])) ? value : this.#take([redacted]);
  }

  #isSecretName(name: unknown): boolean {
    return typeof name === 'string' && this.#keys.about(name).kind === 'secret';
  }

  #list(list: readonly unknown[], depth: number): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let index = 0; index < list.length; index++) {
      if (this.#valuesLeft-- <= 0) return [...(copy ?? list).slice(0, index), `[cut, ${list.length} items]`];
      const item = list[index];
      const after = this.#isSecretItem(list, index) ? this.#secret(item) : this.#item(item, depth);
      if (Object.is(after, item)) continue;
      copy ??= list.slice();
      copy[index] = after;
    }
    return copy ?? list;
  }

  /** `['password', '…']` in a list is what `Object.entries` and maps make. */
  #item(item: unknown, depth: number): unknown {
    if (!Array.isArray(item) || item.length !== 2 || !this.#isSecretName(item[0])) return this.value(item, depth + 1);
    const after = this.#secret(item[1]);
    return Object.is(after, item[1]) ? item : [item[0], after];
  }

  /**
   * Headers come as lists of names and values in turn (https://nodejs.org/api/http.html#messagerawheaders), and
   * command lines as lists of words.
   */
  #isSecretItem(list: readonly unknown[], index: number): boolean {
    if (index === 0) return false;
    const name = list[index - 1];
    if (typeof name !== 'string') return false;
    const isHeader = index % 2 !== 0 && list.length % 2 === 0 && headerName.test(name);
    const isName = flagName.test(name) || (isHeader && !isOrdinaryHeader(list[index]));
    return isName && this.#isSecretName(name);
  }

  text(text: string): string {
    if (text.length > maxTextCharacters || !this.#isWithinLimit(text.length)) return this.#cutText(text);
    const after = this.#texts.redact(text);
    if (after === text) return text;
    const before = structureOf(text);
    if (before !== undefined && !keepsShape(structureOf(after), before)) return this.#jsonText(before);
    this.count += this.#texts.found;
    return after;
  }

  /**
   * A string in JSON may end like the beginning of a secret (`"token: {"`), whose end is then looked for in what follows:
   * so each is looked at by itself. Written anew, by which the digits of numbers that are no JavaScript numbers are lost.
   */
  #jsonText(structure: Json): string {
    return JSON.stringify(this.value(structure, 0));
  }

  /** And counts it. */
  #isWithinLimit(characters: number): boolean {
    if (characters <= this.#charactersLeft) this.#charactersLeft -= characters;
    else if (characters <= mostOfShortText && characters <= this.#shortCharactersLeft)
      this.#shortCharactersLeft -= characters;
    else return false;
    return true;
  }

  #cutText(text: string): string {
    const most = Math.min(maxTextCharacters, this.#charactersLeft);
    this.#charactersLeft -= most;
    const mark = `[cut, ${text.length} characters]`;
    if (most === 0) return mark;
    const after = this.#texts.redact(text.slice(0, most + maxOverlapCharacters), most);
    this.count += this.#texts.found;
    return `${after.toWellFormed()}...${mark}`;
  }

  #bytes(bytes: Uint8Array): unknown {
    if (bytes.length > maxTextCharacters) return `[cut, ${bytes.length} bytes]`;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const after = this.text(text);
    return after === text ? bytes : after;
  }

  /** Two secrets may leave the same mark; neither value may get lost over it. */
  #withoutSecretKeys(object: Members): Members {
    const renamed = new Map<string, unknown>();
    for (const [key, value] of Object.entries(object)) {
      const name = this.#keys.about(key).kind === 'telling' ? this.text(key) : key;
      renamed.set(renamed.has(name) ? `${name} ${renamed.size}` : name, value);
    }
    return Object.fromEntries(renamed);
  }

  #take<Stand>(standIn: Stand): Stand {
    this.count++;
    return standIn;
  }
}

const flagName = /^--[a-z0-9]/i;
/** `Cookie`, and what is written with hyphens: a list of fields (`['password', 'email']`) is none of headers. */
const headerName = /^(?:[a-z0-9]+-[a-z0-9-]+|authorization|cookie)$/i;

/** What stands beside `authorization` in lists of names, as those of headers that are allowed, and is no value. */
const ordinaryHeaders: ReadonlySet<string> = new Set(
  [
    'accept accept-encoding accept-language cache-control content-disposition content-encoding content-length',
    'content-type etag host if-match if-modified-since if-none-match location origin range referer traceparent',
    'tracestate user-agent x-request-id x-requested-with',
  ].flatMap((names) => names.split(' ')),
);

function isOrdinaryHeader(value: unknown): boolean {
  return typeof value === 'string' && ordinaryHeaders.has(value.toLowerCase());
}

function isMarkValue(value: unknown): boolean {
  return typeof value === 'string' && isMark(value);
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Without `__proto__`. Takes less time than `{ ...object }`, but what the prototype has and forbids to change, as where
 * it is frozen, cannot be assigned.
 */
function copyOf(object: Members): Record<string, unknown> {
  try {
    return Object.assign({}, object);
  } catch {
    return { ...object };
  }
}

/** Counted in the object: a copy may have no `__proto__`, but has all that stands before it. */
function membersBefore(end: string, object: Members, copy: Members): Record<string, unknown> {
  const keys = Object.keys(object);
  const before = Object.entries(copy).slice(0, keys.indexOf(end));
  return Object.fromEntries([...before, [cutKey, `${keys.length} keys`]]);
}
