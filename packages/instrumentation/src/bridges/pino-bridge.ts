/**
 * pino: the upstream instrumentation puts trace and span into its lines; the records are taken here.
 *
 * The upstream way of sending puts a multistream in the place of the application's destination. That one cannot be flushed:
 * `logger.flush()` would call back at once, with lines in memory that `process.exit()` then loses. Here the destination stays
 * what it is, and the line is read where the logger has made it. It is the line, and not what went into it, because serializers,
 * formatters and the redaction of the application have done their work by then.
 */
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';

import { without, type Logged } from './bridged-record.ts';
import { severityOfNumber } from './logger-levels.ts';
import { handOver, Outlet } from './outlet.ts';

type Method = (this: PinoLogger, ...args: unknown[]) => unknown;
type PinoLogger = Record<symbol, unknown> & { readonly levels?: { readonly labels?: Record<number, string> } };
/** https://github.com/pinojs/pino/blob/main/docs/api.md#hooks-object */
interface Hooks {
  readonly streamWrite?: (line: string) => string;
}
interface Pino {
  (...args: unknown[]): PinoLogger;
  readonly symbols?: Readonly<Record<'asJsonSym' | 'writeSym' | 'hooksSym' | 'messageKeySym' | 'errorKeySym', symbol>>;
}

type PinoModule = Pino & { default: Pino; pino?: Pino; [Symbol.toStringTag]?: string };

export class PinoBridge extends PinoInstrumentation {
  constructor() {
    super({ disableLogSending: true });
  }

  /** Ours lies within upstream's, which knows of the two shapes of the module and of its names for itself. */
  protected override init(): InstrumentationNodeModuleDefinition[] {
    const outlet = new Outlet('pino');
    const definitions = super.init();
    for (const definition of definitions) {
      const { patch } = definition;
      definition.patch = (exports: PinoModule, version) => {
        if (exports[Symbol.toStringTag] !== 'Module') return constructible(patch?.(heard(exports, outlet), version));
        exports.default = heard(exports.default, outlet);
        const patched: unknown = patch?.(exports, version);
        exports.default = constructible(exports.default) as Pino;
        if (typeof exports.pino === 'function') exports.pino = exports.default;
        return patched;
      };
    }
    return definitions;
  }
}

/** pino is a function that some call with `new`, which the arrow function that upstream makes of it refuses. */
function constructible(patched: unknown): unknown {
  if (typeof patched !== 'function') return patched;
  const make = patched as PinoModule;
  const whole = Object.assign(function pino(...args: unknown[]): PinoLogger {
    return make(...args);
  }, make);
  for (const name of ['default', 'pino'] as const) if (whole[name] === make) whole[name] = whole;
  return whole;
}

function heard(pino: Pino, outlet: Outlet): Pino {
  const { symbols } = pino;
  if (symbols === undefined) return pino;
  const { asJsonSym, writeSym, hooksSym, messageKeySym, errorKeySym } = symbols;
  return Object.assign((...args: unknown[]): PinoLogger => {
    const logger = pino(...args);
    const { [asJsonSym]: asJson, [writeSym]: write } = logger as Record<symbol, Method | undefined>;
    if (typeof asJson !== 'function' || typeof write !== 'function') return logger;
    // Child loggers inherit from their parent, these included.
    logger[asJsonSym] = function (this: PinoLogger, ...values: unknown[]): unknown {
      const line = asJson.apply(this, values);
      const level = values[2] as number;
      outlet.emit(severityOfNumber(level), () => {
        // The last that an application may do to a line, to mask something say.
        const { streamWrite = String } = (this[hooksSym] ?? {}) as Hooks;
        const [messageKey, errorKey] = [this[messageKeySym] ?? 'msg', this[errorKeySym] ?? 'err'];
        return {
          severityText: this.levels?.labels?.[level],
          ...readLine(String(streamWrite(String(line))), String(messageKey), String(errorKey)),
        };
      });
      return line;
    };
    logger[writeSym] = function (this: PinoLogger, ...values: unknown[]): unknown {
      return handOver(() => write.apply(this, values));
    };
    return logger;
  }, pino);
}

const knownFields = ['level', 'time', 'hostname', 'pid'];

/** What a line says, but for what is known anyway. A line that is no JSON is the message. */
export function readLine(
  line: string,
  messageKey: string,
  errorKey: string,
): Pick<Logged, 'body' | 'fields' | 'error'> {
  const members = parsed(line);
  if (members === undefined) return { body: line.trimEnd() };
  const body = members[messageKey];
  const error = members[errorKey];
  const fields = without(members, [...knownFields, messageKey]);
  if (typeof error !== 'object' || error === null) return { body, fields };
  // What errors call their name and their errors.
  const { type, aggregateErrors } = error as { readonly type?: unknown; readonly aggregateErrors?: unknown };
  const read = {
    name: type,
    ...(aggregateErrors === undefined ? {} : { errors: aggregateErrors }),
    ...without(error as Record<string, unknown>, ['type', 'aggregateErrors']),
  };
  return { body, fields: without(fields, [errorKey]), error: read };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
