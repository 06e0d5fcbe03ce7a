/** What is compared in `forward`: something that takes records from the network and brings each to Elasticsearch and to syslog. */
import type { AppRecord } from './records.ts';

export interface Forwarder {
  /** Of the one process that does all the work. */
  readonly pid: number;
  /** Turns records into what it is sent, ahead of the clock; what is returned sends it, and resolves when all is handed over. */
  readonly prepare: (records: readonly AppRecord[]) => () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface Destinations {
  /** `http://127.0.0.1:port`. */
  readonly elasticsearch: string;
  /** What the names of data streams begin with; each has its template already. */
  readonly prefix: string;
  /** `127.0.0.1:port`, over TCP. */
  readonly syslog: string;
}

/** Resolves when it listens. `directory` is empty, and for its queues. */
export type StartForwarder = (directory: string, destinations: Destinations) => Promise<Forwarder>;
