/**
 * Makes records arrive that were emitted through `@opentelemetry/api-logs` 0.2xx, the Logs API before it became part of
 * `@opentelemetry/api` 1.10: it looks for its provider under a global symbol of its own. The interfaces are the same.
 */
import type { LoggerProvider } from '@opentelemetry/api';

const globalKey = Symbol.for('io.opentelemetry.js.api.logs');
/** https://github.com/open-telemetry/opentelemetry-js/blob/v2.0.0/experimental/packages/api-logs/src/internal/global-utils.ts */
const backwardsCompatibilityVersion = 1;

/** Leaves a provider alone that is registered there already. */
export function registerApiLogsGlobal(provider: LoggerProvider): void {
  if (globalKey in globalThis) return;
  Object.defineProperty(globalThis, globalKey, {
    configurable: true,
    writable: true,
    value: (version: number) => (version === backwardsCompatibilityVersion ? provider : nothing),
  });
}

const nothing: LoggerProvider = { getLogger: () => ({ emit() {}, enabled: () => false }) };
