/**
 * An error as text: its stack, and those of its causes and of the errors it aggregates or suppresses. Total and bounded: anything can be
 * thrown, and it can refer to itself, be huge, or throw when it is read.
 */
import { inspect } from 'node:util';

import { textOf } from './text-of.ts';

/** Errors shown in all, causes included: a chain may be a ring, or go on for long. */
const maxErrors = 16;
/** UTF-16 code units of one stack or message. Longer than any that V8 makes by default. */
const maxCharacters = 16 * 1024;

export function errorChain(error: unknown): string {
  const shown = new Set<unknown>();
  const texts: string[] = [];
  describe(error, '');
  return texts.join('\n');

  function describe(value: unknown, label: string): void {
    if (texts.length > maxErrors) return;
    if (texts.length === maxErrors) texts.push('[more errors]');
    else if (!isObject(value)) texts.push(label + shortText(value));
    else if (shown.has(value)) texts.push(`${label}[shown above]`);
    else {
      shown.add(value);
      texts.push(label + stackOf(value));
      for (const [index, part] of errorsOf(value).entries()) describe(part, `Aggregated [${index}]: `);
      const suppressed = read(value, 'suppressed');
      // What `using` throws where both the block and the disposal have failed. Alone, `error` is any object's.
      if (suppressed !== undefined) {
        describe(read(value, 'error'), 'Thrown on disposal: ');
        describe(suppressed, 'Suppressed: ');
      }
      const cause = read(value, 'cause');
      if (cause !== undefined) describe(cause, 'Caused by: ');
    }
  }
}

/** What kind of thing it is, as `exception.type` has it: the class, not a code. */
export function errorType(error: unknown): string {
  if (error === null) return 'null';
  if (!isObject(error)) return typeof error;
  const names = [read(error, 'name'), read(read(error, 'constructor'), 'name')];
  return cut((names.find((name) => typeof name === 'string' && name !== '') as string | undefined) ?? 'Object');
}

/** What it says. */
export function errorMessage(error: unknown): string {
  const message = isObject(error) ? read(error, 'message') : error;
  return message === undefined && isObject(error) ? contentOf(error) : shortText(message);
}

const toldElsewhere: ReadonlySet<string> = new Set(['name', 'message', 'stack']);

/** What else it says in a word: code and constraint of a database's, the status of a server's. */
export function errorDetails(error: unknown): Record<string, string | number | boolean> {
  const members = isObject(error) ? attempt(() => Object.entries(error)) : undefined;
  const details = (members ?? []).filter(([name, value]) => !toldElsewhere.has(name) && isWord(value));
  return Object.fromEntries(details.map(([name, value]) => [name, typeof value === 'string' ? cut(value) : value]));
}

function isWord(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** V8's stack, which begins with name and message, or what is there in its place. */
function stackOf(value: object): string {
  const stack = read(value, 'stack');
  return typeof stack === 'string' && stack !== '' ? cut(stack) : `${errorType(value)}: ${errorMessage(value)}`;
}

function errorsOf(value: object): readonly unknown[] {
  const errors = read(value, 'errors');
  // One more than are shown, so that it shows that there are more.
  return attempt(() => (Array.isArray(errors) ? errors.slice(0, maxErrors + 1) : [])) ?? [];
}

/** What an object that is no error holds. Runs none of its code. */
function contentOf(value: object): string {
  const options = { customInspect: false, depth: 2, maxArrayLength: 16, maxStringLength: 1024, breakLength: Infinity };
  return cut(attempt(() => inspect(value, options)) ?? '[unreadable]');
}

function shortText(value: unknown): string {
  return cut(textOf(value) ?? '[unreadable]');
}

function cut(text: string): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}...[cut, ${text.length} characters]`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function read(value: unknown, property: string): unknown {
  return attempt(() => (value as Record<string, unknown>)[property]);
}

/** What cannot be read is as good as absent. */
function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
