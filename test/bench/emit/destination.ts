/** What is compared in `emit`: a logger with a file behind it. */

export interface Destination {
  /**
   * Logs one event, whose message carries `seq=<sequence>` so that it can be found again. A promise means: the destination
   * asks its caller to wait.
   */
  readonly log: (sequence: number) => void | Promise<unknown>;
  /** Resolves when all that was logged is in the file. */
  readonly close: () => Promise<void>;
}

export interface DestinationOptions {
  readonly directory: string;
  /** The size a file may reach; those that cannot rotate ignore it. */
  readonly maxBytes: number;
  /** How many rotated files to keep, where that has to be said: enough for every line to be found again. */
  readonly backups: number;
}

export type OpenDestination = (options: DestinationOptions) => Destination | Promise<Destination>;

/** No destination makes longer lines of the event. */
export const longestLineBytes = 400;

/** Not many more than are needed, since a rotation looks for each of them. */
export function enoughBackups(lines: number, maxBytes: number): number {
  return Math.ceil((lines * longestLineBytes) / maxBytes);
}
