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
  readonly notices: readonly Notice[];
}

/** An empty variable is one that is not set, as OpenTelemetry has it. */
export function readConfiguration(environment: Environment): Configuration {
  const found: Notice[] = [];
  const values = new Map([...variables].map(([name, variable]) => [name, valueOf(name, variable)]));
  return {
    general: Object.fromEntries(values) as unknown as GeneralValues,
    concerns: concerns.map((row) => ({
      ...row,
      maxBytes: concernValue(row.name, 'MAX_BYTES'),
      backups: concernValue(row.name, 'BACKUPS'),
      floor: concernValue(row.name, 'FLOOR'),
    })),
    notices: [...found, ...unknownVariables(environment)],
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

/** Some slips of the finger; beyond that a guess would be a guess. */
const farthestGuess = 3;

function unknownVariables(environment: Environment): Notice[] {
  return Object.keys(environment)
    .filter((name) => name.toUpperCase().startsWith(variablePrefix) && !variables.has(name))
    .map((name) => notices.UNKNOWN_VARIABLE(name, closest(name)));
}

function closest(name: string): string | undefined {
  const [best] = [...variables.keys()]
    .map((candidate) => ({ candidate, steps: distance(candidate, name.toUpperCase()) }))
    .toSorted((left, right) => left.steps - right.steps);
  return best !== undefined && best.steps <= farthestGuess ? best.candidate : undefined;
}
