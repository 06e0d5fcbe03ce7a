/**
 * `setTimeout` for everything that is bundled into the preload, where the build puts it in the global's place: retries and
 * deadlines of exporters must not keep an application alive that has nothing left to do.
 */
import { setTimeout } from 'node:timers';

export function setTimeoutUnreferenced(...args: Parameters<typeof setTimeout>): NodeJS.Timeout {
  return setTimeout(...args).unref();
}
