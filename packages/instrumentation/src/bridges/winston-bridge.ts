/**
 * winston 3, of which the upstream instrumentation puts trace and span into the records; they are taken here.
 *
 * Upstream sends through a transport of a package of its own, which speaks the older Logs API, and which every logger would have
 * among its transports. Here a logger is heard as it passes a record on to its transports, all of them: its formats have done their
 * work by then, and what they have dropped or masked is so for the files too. Heard is what a transport without a level of its own
 * would get.
 *
 * Limits: while transports are slow, winston holds records back, from here as well; and a logger without transports passes nothing on
 * once its buffer is full, of which winston itself warns.
 */
import { types } from 'node:util';

import type { Context } from '@opentelemetry/api';
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { WinstonInstrumentation } from '@opentelemetry/instrumentation-winston';

import { errorMessage } from '../process/error-chain.ts';
import { without, type Logged } from './bridged-record.ts';
import { severityOfName } from './logger-levels.ts';
import { handOver, Outlet } from './outlet.ts';

/** Where upstream keeps the context of a record. */
const contextSymbol = Symbol.for('opentelemetry.js.contrib.winston.context');
/** https://github.com/winstonjs/triple-beam: the level as it was, before a format has coloured it, and all that was logged. */
const levelSymbol = Symbol.for('level');
const splatSymbol = Symbol.for('splat');

export type Info = Readonly<Record<string | symbol, unknown>>;
type Method = (this: WinstonLogger, info: unknown, ...rest: unknown[]) => unknown;
interface WinstonLogger {
  readonly level?: string;
  readonly levels?: Readonly<Record<string, number>>;
}
interface LoggerClass {
  readonly prototype?: { push?: Method; write?: Method };
}

export class WinstonBridge extends WinstonInstrumentation {
  constructor() {
    super({ disableLogSending: true });
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const outlet = new Outlet('winston');
    const heard = new WeakSet<LoggerClass>();
    const definitions = super.init();
    for (const file of definitions.flatMap(({ files }) => files)) {
      const { patch } = file;
      file.patch = (exports, version) => {
        const logger = exports as LoggerClass;
        if (!heard.has(logger)) hear(logger, outlet);
        heard.add(logger);
        return patch.call(file, exports, version);
      };
    }
    return definitions;
  }
}

function hear({ prototype }: LoggerClass, outlet: Outlet): void {
  // Before winston 3 a logger was no stream.
  if (prototype?.push === undefined || prototype.write === undefined) return;
  const { push, write } = prototype;
  define(prototype, 'push', function (info, ...rest) {
    if (typeof info === 'object' && info !== null) hearInfo(info as Info, this, outlet);
    return handOver(() => push.call(this, info, ...rest));
  });
  define(prototype, 'write', function (info, ...rest) {
    hideContext(info);
    return write.call(this, info, ...rest);
  });
}

function define(prototype: object, name: string, value: Method): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false });
}

/** A format that prints all of a record would print what upstream has put there. */
function hideContext(info: unknown): void {
  if (typeof info !== 'object' || info === null) return;
  const descriptor = Object.getOwnPropertyDescriptor(info, contextSymbol);
  if (descriptor?.configurable === true) Object.defineProperty(info, contextSymbol, { enumerable: false });
}

function hearInfo(info: Info, { level: threshold, levels }: WinstonLogger, outlet: Outlet): void {
  const level = String(info[levelSymbol] ?? info['level']);
  if (threshold !== undefined && levels !== undefined && !(levels[threshold]! >= levels[level]!)) return;
  // What nobody has caught is recorded where it was not caught.
  if (info['exception'] === true) return;
  outlet.emit(severityOfName(level), () => ({
    severityText: level,
    context: info[contextSymbol] as Context | undefined,
    ...readInfo(info),
  }));
}

/** The message, the fields, and the error, which may be the record itself, a part of it, or what a format has left of it. */
export function readInfo(info: Info): Pick<Logged, 'body' | 'fields' | 'error'> {
  const { message, stack, cause } = info;
  const field = errorFields.find((name) => isError(info[name]));
  const error = [info, message, ...splatOf(info), ...(field === undefined ? [] : [info[field]])].find(isError);
  return {
    body: isError(message) ? errorMessage(message) : withoutColours(message),
    fields: without(info, field === undefined ? knownFields : [...knownFields, field]),
    error: error ?? (typeof stack === 'string' ? { name: info['name'] ?? 'Error', message, stack, cause } : undefined),
  };
}

const knownFields = ['level', 'message', 'stack', 'cause'];
const errorFields = ['err', 'error'] as const;

function isError(value: unknown): boolean {
  return types.isNativeError(value) || value instanceof Error;
}

function splatOf(info: Info): readonly unknown[] {
  const splat = info[splatSymbol];
  return Array.isArray(splat) ? splat : [];
}

/** As the format `colorize` writes them; any other control character is evidence, and stays. */
const colours = new RegExp(String.raw`\u001b\[\d+m`, 'gu');

function withoutColours(body: unknown): unknown {
  return typeof body === 'string' ? body.replace(colours, '') : body;
}
