/** The bridges by name, as a variable lists them. */

export const bridgeNames = ['pino', 'winston', 'bunyan', 'console'] as const;

export type BridgeName = (typeof bridgeNames)[number];

/** Not the console, whose lines are often for a person at a terminal. */
export const defaultBridges: readonly BridgeName[] = ['pino', 'winston', 'bunyan'];
