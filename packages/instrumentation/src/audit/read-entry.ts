/**
 * An audit entry as it was given, read and looked at: JavaScript may give anything, and a line that says something else than the
 * application meant, or nothing, is worse than a refusal. Pure, but for the application's getters, none of which runs later.
 */
import { errorMessage } from '../process/error-chain.ts';
import { fieldText } from '../redaction/composed-body.ts';
import { asJson } from '../redaction/json.ts';
import type { AuditEntry } from './audit-entry.ts';

export type ReadEntry =
  | { readonly entry: AuditEntry }
  /** What is wrong with it; `cause` where that is what an application's getter has thrown. */
  | { readonly fault: string; readonly cause?: unknown };

/** Never throws. */
export function readEntry(given: unknown): ReadEntry {
  try {
    const fields = (given ?? {}) as Fields;
    // Null is nothing here, as everywhere.
    const { action, resource, target, event, actor, outcome, details, oldValue, newValue } = fields;
    const read = { action, resource, target, event: event ?? undefined, actor, outcome: outcome ?? undefined };
    for (const { field, must, isSound } of rules) {
      const value = read[field];
      if (!isSound(value)) return { fault: `"${field}" of an entry must ${must}, and is ${shown(value)}` };
    }
    const texts = { target: fieldText(target), details: fieldText(details), actor: readActor(actor) };
    return { entry: { ...read, ...texts, oldValue, newValue } as AuditEntry };
  } catch (cause) {
    return { fault: `the entry cannot be read (${errorMessage(cause)})`, cause };
  }
}

type Fields = Readonly<Partial<Record<keyof AuditEntry, unknown>>>;

interface Rule {
  readonly field: keyof AuditEntry;
  readonly must: string;
  readonly isSound: (value: unknown) => boolean;
}

const rules = [
  { field: 'action', must: 'say something', isSound: saysSomething },
  { field: 'resource', must: 'say something', isSound: saysSomething },
  { field: 'target', must: 'be an id', isSound: (target) => target == null || isId(target) },
  { field: 'event', must: 'be the name of an event', isSound: isTextOrAbsent },
  {
    field: 'actor',
    must: 'be an object with an "id", and with texts for "type" and "address" if any, as somebody else would be said to have done it',
    isSound: (actor) => actor == null || isActor(actor),
  },
  { field: 'outcome', must: 'be "success" or "failure"', isSound: isTextOrAbsent },
] as const satisfies readonly Rule[];

function saysSomething(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** What says `[object Object]` of itself is none; databases have ids that are objects, and say which. */
function isId(value: unknown): boolean {
  return typeof value !== 'symbol' && typeof value !== 'function' && !fieldText(value)?.startsWith('[object ');
}

/** Without an id, and with nothing else that would say who it is, it is the user of the request. */
function isActor(actor: unknown): boolean {
  if (typeof actor !== 'object' || actor === null) return false;
  const { id, type, address } = actor as Readonly<Record<string, unknown>>;
  if (!isTextOrAbsent(type ?? undefined) || !isTextOrAbsent(address ?? undefined)) return false;
  if (id !== undefined && id !== null) return id !== '' && isId(id);
  return Object.entries(actor).every(([key, value]) => value == null || key === 'type' || key === 'address');
}

function readActor(given: unknown): AuditEntry['actor'] {
  if (given == null) return undefined;
  const { id, type, address } = given as Readonly<Record<string, unknown>>;
  const read = { id: fieldText(id), type: type ?? undefined, address: address ?? undefined };
  return read as AuditEntry['actor'];
}

/** Of an object only its keys: its values are nobody's who reads of a mistake. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'object' && value !== null) {
    return `an object of ${JSON.stringify(Object.keys(value).slice(0, mostKeys))}`;
  }
  const text = JSON.stringify(asJson(value));
  return text === undefined ? typeof value : text.slice(0, mostCharacters);
}

const mostKeys = 10;
const mostCharacters = 100;
