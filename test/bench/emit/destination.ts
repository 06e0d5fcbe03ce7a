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

interface DestinationOptions {
  readonly directory: string;
  /** The size a file may reach; those that cannot rotate ignore it. */
  readonly maxBytes: number;
}

export type OpenDestination = (options: DestinationOptions) => Destination | Promise<Destination>;
