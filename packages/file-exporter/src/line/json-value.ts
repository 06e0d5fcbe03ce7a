/**
 * Any JavaScript value as the JSON text that Python's `json.dumps` would write for it: `", "` and `": "` between
 * parts, and nothing but printable ASCII, so a line is safe in every terminal, transport and encoding.
 *
 * Total: a cycle, a bigint, a throwing getter, a revoked proxy each become a string that says what was there. Bounded:
 * see `limits.ts`. What has no JSON form is written as the string a person would recognise.
 */
import { cut, maxDepth, maxEntries, maxLineCharacters, maxValueCharacters } from './limits.ts';
import { unreadable, type AttributeList } from '../attribute-list.ts';
import { LineBytes } from './line-bytes.ts';

/** Where values are written, and what they may still spend there together. */
export interface JsonOutput {
  readonly bytes: LineBytes;
  /** Of the line's values. */
  charactersLeft: number;
}

export function createJsonOutput(bytes: LineBytes): JsonOutput {
  return { bytes, charactersLeft: maxLineCharacters };
}

const noParents: readonly object[] = [];

/** `value` as JSON text. Never throws, never returns an empty string. */
export function jsonText(value: unknown): string {
  const bytes = new LineBytes();
  writeJson(createJsonOutput(bytes), value);
  return bytes.text;
}

/** Writes `value`. Never throws, and always writes something. */
export function writeJson(output: JsonOutput, value: unknown): void {
  const start = output.bytes.length;
  try {
    writeValue(output, value, noParents);
  } catch (error) {
    writeUnreadable(output, start, error);
  }
}

/** Writes `text` as a JSON string, cut to what one value and the line may hold. */
export function writeString(output: JsonOutput, text: string): void {
  const room = Math.max(0, Math.min(maxValueCharacters, output.charactersLeft));
  output.charactersLeft -= Math.min(text.length, room);
  output.bytes.jsonString(cut(text, room));
}

/** Writes an object of these keys and values. Never throws. */
export function writeMembers(output: JsonOutput, { keys, values }: AttributeList): void {
  const { bytes } = output;
  bytes.ascii('{');
  for (let index = 0; writeKey(output, keys, index); index++) writeProperty(output, values, index, noParents);
  bytes.ascii('}');
}

function writeValue(output: JsonOutput, value: unknown, parents: readonly object[]): void {
  const { bytes } = output;
  switch (typeof value) {
    case 'string':
      return writeString(output, value);
    case 'number':
      return writeNumber(bytes, value);
    case 'boolean':
      return bytes.ascii(value ? 'true' : 'false');
    case 'undefined':
      return bytes.ascii('null');
    case 'object':
      return value === null ? bytes.ascii('null') : writeObject(output, value, parents);
    default:
      return writeString(output, String(value));
  }
}

/** Not-a-number and the infinities have no JSON form: as strings they are at least seen. */
function writeNumber(bytes: LineBytes, value: number): void {
  if (Number.isFinite(value)) bytes.ascii(String(value));
  else bytes.jsonString(String(value));
}

function writeObject(output: JsonOutput, value: object, parents: readonly object[]): void {
  const { bytes } = output;
  if (!isPlain(value) && writeSpecial(output, value, parents)) return;
  if (parents.includes(value)) return bytes.jsonString('[circular]');
  if (parents.length >= maxDepth) return bytes.jsonString('[deep]');
  if (output.charactersLeft <= 0) return bytes.jsonString('[cut]');
  const path = [...parents, value];
  if (Array.isArray(value)) writeArray(output, value, path);
  else writeRecord(output, value, Object.keys(value), path);
}

function writeArray(output: JsonOutput, items: readonly unknown[], path: readonly object[]): void {
  const { bytes } = output;
  bytes.ascii('[');
  for (let index = 0; index < items.length; index++) {
    if (index > 0) bytes.ascii(', ');
    if (index === maxEntries || output.charactersLeft <= 0) {
      bytes.jsonString(`[cut, ${items.length} items]`);
      break;
    }
    output.charactersLeft -= 2;
    writeProperty(output, items, index, path);
  }
  bytes.ascii(']');
}

function writeRecord(output: JsonOutput, value: object, keys: readonly string[], path: readonly object[]): void {
  const { bytes } = output;
  bytes.ascii('{');
  for (let index = 0; writeKey(output, keys, index); index++) writeProperty(output, value, keys[index]!, path);
  bytes.ascii('}');
}

/** Of an object's next member, with what stands before and behind it. False where there is none, or no room. */
function writeKey(output: JsonOutput, keys: readonly string[], index: number): boolean {
  const { bytes } = output;
  if (index === keys.length) return false;
  if (index > 0) bytes.ascii(', ');
  if (index === maxEntries || output.charactersLeft <= 0) {
    bytes.ascii(`"[cut]": "${keys.length} keys"`);
    return false;
  }
  writeString(output, keys[index]!);
  bytes.ascii(': ');
  return true;
}

/** Whatever a getter, `toString` or a proxy trap throws becomes the value. */
function writeProperty(output: JsonOutput, value: object, key: string | number, path: readonly object[]): void {
  const start = output.bytes.length;
  try {
    writeValue(output, (value as Record<string | number, unknown>)[key], path);
  } catch (error) {
    writeUnreadable(output, start, error);
  }
}

/** In place of what was written of the value so far. */
function writeUnreadable(output: JsonOutput, start: number, error: unknown): void {
  output.bytes.cutTo(start);
  writeString(output, unreadable(error));
}

/** Most objects are; asking this one question first spares them five. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === Array.prototype;
}

/** Objects whose own enumerable keys are not what they are about. Returns whether it was one of them. */
function writeSpecial(output: JsonOutput, value: object, parents: readonly object[]): boolean {
  if (value instanceof Date) {
    output.bytes.jsonString(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString());
  } else if (value instanceof Error) {
    writeString(output, value.stack ?? `${value.name}: ${value.message}`);
  } else if (value instanceof Uint8Array) {
    // OTLP/JSON writes bytes as base64: https://protobuf.dev/programming-guides/json/
    writeString(output, Buffer.from(value.subarray(0, maxValueCharacters)).toString('base64'));
  } else if (value instanceof Map || value instanceof Set) {
    writeObject(output, [...value].slice(0, maxEntries), parents);
  } else {
    return false;
  }
  return true;
}
