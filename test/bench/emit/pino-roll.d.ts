/** pino-roll ships no types. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  /** Opens `file`, which gets a number and rotates when it reaches `size` (`20m`, `512k`). */
  export default function roll(options: {
    readonly file: string;
    readonly size: string;
  }): Promise<EventEmitter & { write: (text: string) => boolean; end: () => void }>;
}
