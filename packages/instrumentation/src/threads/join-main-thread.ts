/**
 * The APIs' own way into a thread that the preload is not in, as the thread has options of its own (`execArgv: []`, or `env: {}` where
 * NODE_OPTIONS has the flag): the process logs, and what is recorded in it is not to be lost for that. Whoever calls an API has joined.
 */
import { isMainThread } from 'node:worker_threads';

import { diag } from '@opentelemetry/api';

import { isMarked, mark } from '../marks.ts';
import { isSwitchedOff } from '../process/switched-off.ts';
import { startThread } from '../thread.ts';
import { threadChannel } from './thread-channel.ts';

/** Does nothing in the main thread, where the preload runs already, and where it does not run in the main thread either. Never throws. */
export function joinMainThread(): void {
  if (isMainThread || isMarked('preload') || isSwitchedOff()) return;
  const channel = threadChannel();
  if (channel === undefined) return;
  mark('preload');
  try {
    startThread(channel);
  } catch (error) {
    diag.error('a thread could not join the main one', error);
  }
}
