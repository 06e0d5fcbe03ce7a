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
  return valueText(value, budget, []);
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

function quote(text: string): string {
  if (!needsEscaping.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    notPrintableAscii,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
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
      return value === null ? 'null' : guarded(() => objectText(value, budget, parents), budget);
    default:
      return guarded(() => jsonString(String(value), budget), budget);
  }
}

/** Not-a-number and the infinities have no JSON form: as strings they are at least seen. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
}

/** Whatever a getter, `toString` or a proxy trap throws becomes the value. */
function guarded(write: () => string, budget: LineBudget): string {
  try {
    return write();
  } catch (error) {
    return jsonString(`[unreadable: ${reasonOf(error)}]`, budget);
  }
}

function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'the error cannot be read either';
  }
}

function objectText(value: object, budget: LineBudget, parents: readonly object[]): string {
  const special = specialText(value, budget, parents);
  if (special !== undefined) return special;
  if (parents.includes(value)) return '"[circular]"';
  if (parents.length >= maxDepth) return '"[deep]"';
  if (budget.characters <= 0) return '"[cut]"';
  const path = [...parents, value];
  return Array.isArray(value) ? arrayText(value, budget, path) : recordText(value, Object.keys(value), budget, path);
}

function arrayText(items: readonly unknown[], budget: LineBudget, path: readonly object[]): string {
  const texts: string[] = [];
  for (let index = 0; index < items.length; index++) {
    if (index === maxEntries || budget.characters <= 0) {
      texts.push(`"[cut, ${items.length} items]"`);
      break;
    }
    budget.characters -= 2;
    texts.push(guarded(() => valueText(items[index], budget, path), budget));
  }
  return `[${texts.join(', ')}]`;
}

function recordText(value: object, keys: readonly string[], budget: LineBudget, path: readonly object[]): string {
  const texts: string[] = [];
  for (const [index, key] of keys.entries()) {
    if (index === maxEntries || budget.characters <= 0) {
      texts.push(`"[cut]": "${keys.length} keys"`);
      break;
    }
    const name = jsonString(key, budget);
    texts.push(`${name}: ${guarded(() => valueText((value as Record<string, unknown>)[key], budget, path), budget)}`);
  }
  return `{${texts.join(', ')}}`;
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
