/**
 * What has happened once in this process, remembered where every copy of this package finds it: the preload is a bundle of
 * its own, and the APIs exist twice, for `import` and for `require`.
 */
export type Mark = 'preload' | 'worker-line';

/** Does nothing where the application has frozen its globals. */
export function mark(name: Mark): void {
  Reflect.defineProperty(globalThis, keyOf(name), { value: true });
}

export function isMarked(name: Mark): boolean {
  return keyOf(name) in globalThis;
}

function keyOf(name: Mark): symbol {
  return Symbol.for(`@sentrikat/instrumentation.${name}`);
}
