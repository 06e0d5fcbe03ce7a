/**
 * How the APIs find the preload's files, to have a line on the platter before they go on. A global, as the preload is a bundle of its
 * own and the APIs exist twice, for `import` and for `require`.
 */

/** Runs `emit`, and resolves when the lines of what it emitted are on the platter; rejects with the reason where they are not. */
export type WriteDurably = (emit: () => void) => Promise<void>;

const key = Symbol.for('@sentrikat/instrumentation.write-durably');

/** Does nothing where the application has frozen its globals. */
export function offerDurableWrites(writeDurably: WriteDurably): void {
  Reflect.defineProperty(globalThis, key, { value: writeDurably, configurable: true });
}

/** Undefined without the preload. */
export function durableWrites(): WriteDurably | undefined {
  return (globalThis as { [key]?: WriteDurably })[key];
}
