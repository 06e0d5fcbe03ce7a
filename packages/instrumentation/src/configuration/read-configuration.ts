/**
 * What the environment says, and what is wrong with it. Pure: the environment goes in, values and notices come out. A
 * mistake never stops the service: the default takes its place, and the notice says so.
 */
import { concerns, type ConcernName, type ConcernRow } from '@sentrikat/file-exporter';
import { distance } from 'fastest-levenshtein';

import { notices, type Notice } from '../notices.ts';
import {
  concernVariable,
  variablePrefix,
  variables,
  type ConcernValues,
  type GeneralValues,
  type Variable,
} from './variables.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Configuration {
  readonly general: GeneralValues;
  /** The seven rows, tuned. */
  readonly concerns: readonly ConcernRow[];
  /** For people to see. */
  readonly notices: readonly Notice[];
  /** To be recorded, and no more: what may well be none of ours. */
  readonly remarks: readonly Notice[];
}

/** An empty variable is one that is not set, as OpenTelemetry has it. */
export function readConfiguration(environment: Environment): Configuration {
  const found: Notice[] = [];
  const unknown = unknownVariables(environment);
  const values = new Map([...variables].map(([name, variable]) => [name, valueOf(name, variable)]));
  return {
    general: Object.fromEntries(values) as unknown as GeneralValues,
    concerns: concerns.map((row) => ({
      ...row,
      maxBytes: concernValue(row.name, 'MAX_BYTES'),
      backups: concernValue(row.name, 'BACKUPS'),
      floor: concernValue(row.name, 'FLOOR'),
    })),
    notices: [...found, ...unknown.slips],
    remarks: unknown.others.length === 0 ? [] : [notices.VARIABLES_IGNORED(unknown.others)],
  };

  function valueOf(name: string, variable: Variable): unknown {
    const text = environment[name]?.trim() ?? '';
    if (text === '') return variable.default;
    const value = variable.kind.read(text);
    if (value === undefined) found.push(notices.INVALID_VALUE(name, variable, text));
    return value ?? variable.default;
  }

  function concernValue<Name extends keyof ConcernValues>(concern: ConcernName, name: Name): ConcernValues[Name] {
    return values.get(concernVariable(concern, name)) as ConcernValues[Name];
  }
}

/** Slips of the finger are surely meant for us; what is farther from all of ours is somebody else's, the application's say. */
function unknownVariables(environment: Environment): { readonly slips: Notice[]; readonly others: string[] } {
  const unknown = Object.keys(environment).filter(
    (name) => name.toUpperCase().startsWith(variablePrefix) && !variables.has(name) && !serviceLink.test(name),
  );
  const suggestions = new Map(unknown.map((name) => [name, closest(name.toUpperCase())]));
  return {
    slips: unknown.flatMap((name) => {
      const suggestion = suggestions.get(name);
      return suggestion === undefined ? [] : [notices.UNKNOWN_VARIABLE(name, suggestion)];
    }),
    others: unknown.filter((name) => suggestions.get(name) === undefined),
  };
}

/** What Kubernetes gives every pod for a service whose name begins with "sentrikat". */
const serviceLink = /^SENTRIKAT_(.*_)?(SERVICE_(HOST|PORT)|PORT)(_|$)/;

/** As many letters as may be wrong: three, or a third of a longer name. */
const fewestSlips = 3;
const slipsPerLetter = 1 / 3;

/** `SENTRIKAT_LOG_DIR` is a slip as well: not all of ours have the prefix. */
function closest(name: string): string | undefined {
  const rest = name.slice(variablePrefix.length);
  const steps = (candidate: string) => distance(candidate.replace(variablePrefix, ''), rest);
  const [best] = [...variables.keys()].toSorted((left, right) => steps(left) - steps(right));
  return best !== undefined && steps(best) <= Math.max(fewestSlips, rest.length * slipsPerLetter) ? best : undefined;
}
