/**
 * The console, where that is the logger of an application. What it prints stays as it is, and so do its methods for all that can be
 * seen of them.
 *
 * Heard is the global console: not those that an application constructs, nor what loggers print, which are heard themselves.
 */
import { format, inspect, types, type InspectOptions } from 'node:util';

import { SeverityNumber } from '@opentelemetry/api';

import { errorMessage } from '../process/error-chain.ts';
import type { Logged } from './bridged-record.ts';
import { handOver, isHandingOver, Outlet } from './outlet.ts';

type MethodName = 'debug' | 'log' | 'info' | 'dir' | 'dirxml' | 'warn' | 'error';
type Method = readonly [SeverityNumber, read: (args: readonly unknown[]) => Pick<Logged, 'body' | 'error'>];

/** Those that print by themselves. The others, as `table` and `group` and `timeEnd`, print by calling one of these. */
const methods: Readonly<Record<MethodName, Method>> = {
  debug: [SeverityNumber.DEBUG, readArguments],
  log: [SeverityNumber.INFO, readArguments],
  info: [SeverityNumber.INFO, readArguments],
  dir: [SeverityNumber.INFO, readInspected],
  dirxml: [SeverityNumber.INFO, readArguments],
  warn: [SeverityNumber.WARN, readArguments],
  error: [SeverityNumber.ERROR, readArguments],
};

export type ConsoleMethods = Record<MethodName, (...args: never[]) => void>;

export function bridgeConsole(target: ConsoleMethods): void {
  const outlet = new Outlet('console');
  for (const [name, [severityNumber, read]] of Object.entries(methods) as [MethodName, Method][]) {
    target[name] = new Proxy(target[name], {
      apply(method, self, args: unknown[]) {
        // A method may call another of them.
        if (!isHandingOver()) {
          outlet.emit(isTrace(args) ? SeverityNumber.TRACE : severityNumber, () => read(args));
        }
        return handOver(() => Reflect.apply(method, self, args) as void);
      },
    });
  }
}

/**
 * `console.trace` prints through `console.error`, and is told apart by what it prints: itself it must not be touched, or the stack
 * that it shows would be ours.
 */
function isTrace(args: readonly unknown[]): boolean {
  return args.length === 1 && typeof args[0] === 'string' && traceText.test(args[0]);
}

const traceText = /^Trace(?::.*)?\n {4}at /su;

/** An error's stack is not part of the message, as the console has it: it has a place of its own. */
export function readArguments(args: readonly unknown[]): Pick<Logged, 'body' | 'error'> {
  const error = args.find((value) => types.isNativeError(value));
  return { body: format(...args.map((value) => (types.isNativeError(value) ? errorMessage(value) : value))), error };
}

/** As `console.dir` prints it, with the options of that call. An error is told as any other. */
export function readInspected([value, options]: readonly unknown[]): Pick<Logged, 'body' | 'error'> {
  if (types.isNativeError(value)) return readArguments([value]);
  return { body: inspect(value, { customInspect: false, ...(options as InspectOptions | undefined), colors: false }) };
}
