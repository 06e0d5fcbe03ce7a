/** The clock of the service: at start and at each tick it reads the directory and expires sessions. */
import { security } from '@sentrikat/instrumentation/security';

import type { Pool } from './database/pool.ts';
import type { PeopleSource } from './directory/person.ts';
import { synchronise } from './directory/synchronise.ts';
import { failure, note } from './events.ts';
import { Sessions } from './sessions/sessions.ts';

/** Ticks never overlap: the next is `tickMillis` after the end of the last. Returns how to stop, after a running tick. */
export function startScheduler(pool: Pool, directory: PeopleSource, tickMillis: number): () => Promise<void> {
  const sessions = new Sessions(pool);
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = tick();
  return async function stop() {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };

  async function tick(): Promise<void> {
    const start = performance.now();
    try {
      await synchronise(pool, directory);
      const expired = await sessions.expire();
      for (const user of expired) security.record({ event: 'session.expired', user });
      note(
        `scheduler tick: directory read, ${expired.length} sessions expired, ${(performance.now() - start).toFixed(0)}ms`,
      );
    } catch (error) {
      failure('scheduler tick failed', error);
    }
    if (!isStopped) timer = setTimeout(() => (running = tick()), tickMillis);
  }
}
