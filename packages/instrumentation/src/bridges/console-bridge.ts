/**
 * The console, where that is the logger of an application. What it prints stays as it is, and so do its methods for all that can be
 * seen of them.
 *
 * Heard is the global console: not those that an application constructs, nor what loggers print, which are heard themselves.
 */
import { format, types } from 'node:util';

import { SeverityNumber } from '@opentelemetry/api';

import { errorMessage } from '../process/error-chain.ts';
import type { Logged } from './bridged-record.ts';
import { handOver, isHandingOver, Outlet } from './outlet.ts';

type MethodName = 'debug' | 'log' | 'info' | 'warn' | 'error';

const methods: Readonly<Record<MethodName, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  log: SeverityNumber.INFO,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

export type ConsoleMethods = Record<MethodName, (...args: unknown[]) => void>;

export function bridgeConsole(target: ConsoleMethods): void {
  const outlet = new Outlet('console');
  for (const [name, severityNumber] of Object.entries(methods) as [MethodName, SeverityNumber][]) {
    target[name] = new Proxy(target[name], {
      apply(method, self, args: unknown[]) {
        // A method may call another of them.
        if (!isHandingOver()) {
          outlet.emit(isTrace(args) ? SeverityNumber.TRACE : severityNumber, () => readArguments(args));
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
