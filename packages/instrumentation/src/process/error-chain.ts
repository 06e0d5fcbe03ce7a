/**
 * An error as text: its stack, and those of its causes and of the errors it aggregates. Pure, total and bounded: anything
 * can be thrown, and it can refer to itself, be huge, or throw when it is read.
 */

/** Errors shown in all, causes included: a chain may be a ring, or go on for long. */
const maxErrors = 16;

export function errorChain(error: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  describe(error, '');
  return texts.join('\n');

  function describe(value: unknown, label: string): void {
    if (seen.has(value)) {
      texts.push(`${label}[circular]`);
      return;
    }
    if (texts.length >= maxErrors) return;
    seen.add(value);
    texts.push(label + stackOf(value));
    if (typeof value !== 'object' || value === null) return;
    for (const [index, part] of errorsOf(value).entries()) describe(part, `Aggregated [${index}]: `);
    const cause = readable(() => (value as { cause?: unknown }).cause);
    if (cause !== undefined) describe(cause, 'Caused by: ');
  }
}

/** What kind of thing it is, as `exception.type` has it: the class, not a code. */
export function errorType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return error === null ? 'null' : typeof error;
  return String(readable(() => (error as Error).name) || readable(() => error.constructor.name) || 'Object');
}

/** What it says. */
export function errorMessage(error: unknown): string {
  return typeof error === 'object' && error !== null
    ? String(readable(() => (error as Error).message) ?? stackOf(error))
    : String(error);
}

/** V8's stack, which begins with name and message; what is no error is shown as a string. */
function stackOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const stack = readable(() => (value as Error).stack);
  if (typeof stack === 'string' && stack !== '') return stack;
  return (
    readable(() => `${errorType(value)}: ${String((value as Error).message ?? JSON.stringify(value))}`) ??
    '[unreadable]'
  );
}

function errorsOf(value: object): readonly unknown[] {
  const errors = readable(() => (value as AggregateError).errors as unknown);
  return Array.isArray(errors) ? errors.slice(0, maxErrors) : [];
}

/** What cannot be read is as good as absent. */
function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
