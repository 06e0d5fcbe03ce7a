/** The bridges from an application's own logger into the files, in one table. */
import type { Instrumentation } from '@opentelemetry/instrumentation';

import { bridgeNames, type BridgeName } from './bridge-names.ts';
import { BunyanBridge } from './bunyan-bridge.ts';
import { bridgeConsole } from './console-bridge.ts';
import { replaceImported } from './replace-imported.ts';
import { PinoBridge } from './pino-bridge.ts';
import { WinstonBridge } from './winston-bridge.ts';

/** A package is patched when it is loaded; the console is there. */
const bridges: Readonly<Record<BridgeName, { readonly create: () => Instrumentation } | undefined>> = {
  pino: { create: () => new PinoBridge() },
  winston: { create: () => new WinstonBridge() },
  bunyan: { create: () => new BunyanBridge() },
  console: undefined,
};

export interface Bridges {
  readonly instrumentations: readonly Instrumentation[];
  /** Call it once the pipeline stands. */
  readonly connect: () => void;
}

export function createBridges(names: readonly BridgeName[]): Bridges {
  const packages = bridgeNames.filter((name) => names.includes(name) && bridges[name] !== undefined);
  return {
    instrumentations: packages.flatMap((name) => bridges[name]?.create() ?? []),
    connect() {
      if (packages.length > 0) replaceImported(packages);
      if (names.includes('console')) bridgeConsole(console);
    },
  };
}
