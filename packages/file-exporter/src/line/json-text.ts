/**
 * Any JavaScript value as the JSON text that Python's `json.dumps` would write for it: `", "` and `": "` between
 * parts, and nothing but printable ASCII, so a line is safe in every terminal, transport and encoding.
 *
 * Total: a cycle, a bigint, a throwing getter, a revoked proxy each become a string that says what was there. Bounded:
 * see `limits.ts`. What has no JSON form is written as the string a person would recognise.
 */
import { cut, maxDepth, maxEntries, maxLineCharacters, maxValueCharacters } from './limits.ts';

/** What one line may still spend; shared by all values of the line. */
export interface LineBudget {
  characters: number;
}

export function createLineBudget(): LineBudget {
  return { characters: maxLineCharacters };
}

/** `value` as JSON text. Never throws, never returns an empty string. */
export function jsonText(value: unknown, budget: LineBudget = createLineBudget()): string {
  if (typeof value === 'string') return jsonString(value, budget);
  try {
    return valueText(value, budget, []);
  } catch (error) {
    return unreadableText(error, budget);
  }
}

/** `text` as a JSON string, quotes included, cut to what one value and the line may hold. */
export function jsonString(text: string, budget: LineBudget): string {
  const room = Math.max(0, Math.min(maxValueCharacters, budget.characters));
  const kept = cut(text, room);
  budget.characters -= Math.min(text.length, room);
  return quote(kept);
}

const needsEscaping = /[^ !#-[\]-~]/;
const notPrintableAscii = /[^ -~]/g;
/** Up to here a loop is quicker than entering the engine of regular expressions. */
const shortCharacters = 64;

function quote(text: string): string {
  const needsNone = text.length <= shortCharacters ? isPlainAscii(text) : !needsEscaping.test(text);
  if (needsNone) return `"${text}"`;
  return JSON.stringify(text).replace(
    notPrintableAscii,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What `needsEscaping` finds nothing in. */
function isPlainAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
  }
  return true;
}

function valueText(value: unknown, budget: LineBudget, parents: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return jsonString(value, budget);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    case 'object':
      return value === null ? 'null' : objectText(value, budget, parents);
    default:
      return jsonString(String(value), budget);
  }
}

/** Not-a-number and the infinities have no JSON form: as strings they are at least seen. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
}

/** Whatever a getter, `toString` or a proxy trap throws becomes the value. */
function objectText(value: object, budget: LineBudget, parents: readonly object[]): string {
  try {
    const special = isPlain(value) ? undefined : specialText(value, budget, parents);
    if (special !== undefined) return special;
    if (parents.includes(value)) return '"[circular]"';
    if (parents.length >= maxDepth) return '"[deep]"';
    if (budget.characters <= 0) return '"[cut]"';
    const path = [...parents, value];
    return Array.isArray(value) ? arrayText(value, budget, path) : recordText(value, budget, path);
  } catch (error) {
    return unreadableText(error, budget);
  }
}

function arrayText(items: readonly unknown[], budget: LineBudget, path: readonly object[]): string {
  let text = '';
  for (let index = 0; index < items.length; index++) {
    const separator = index === 0 ? '' : ', ';
    if (index === maxEntries || budget.characters <= 0) return `[${text}${separator}"[cut, ${items.length} items]"]`;
    budget.characters -= 2;
    text += separator + propertyText(items, index, budget, path);
  }
  return `[${text}]`;
}

function recordText(value: object, budget: LineBudget, path: readonly object[]): string {
  const keys = Object.keys(value);
  let text = '';
  for (let index = 0; index < keys.length; index++) {
    const separator = index === 0 ? '' : ', ';
    if (index === maxEntries || budget.characters <= 0) return `{${text}${separator}"[cut]": "${keys.length} keys"}`;
    const key = keys[index]!;
    text += `${separator}${jsonString(key, budget)}: ${propertyText(value, key, budget, path)}`;
  }
  return `{${text}}`;
}

function propertyText(value: object, key: string | number, budget: LineBudget, path: readonly object[]): string {
  try {
    return valueText((value as Record<string | number, unknown>)[key], budget, path);
  } catch (error) {
    return unreadableText(error, budget);
  }
}

function unreadableText(error: unknown, budget: LineBudget): string {
  return jsonString(`[unreadable: ${reasonOf(error)}]`, budget);
}

function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'the error cannot be read either';
  }
}

/** Most objects are; asking this one question first spares them five. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === Array.prototype;
}

/** Objects whose own enumerable keys are not what they are about. */
function specialText(value: object, budget: LineBudget, parents: readonly object[]): string | undefined {
  if (value instanceof Date) return `"${Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()}"`;
  if (value instanceof Error) return jsonString(value.stack ?? `${value.name}: ${value.message}`, budget);
  // OTLP/JSON writes bytes as base64: https://protobuf.dev/programming-guides/json/
  if (value instanceof Uint8Array)
    return jsonString(Buffer.from(value.subarray(0, maxValueCharacters)).toString('base64'), budget);
  if (value instanceof Map || value instanceof Set) return objectText([...value].slice(0, maxEntries), budget, parents);
  return undefined;
}
