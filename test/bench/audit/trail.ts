/** What is compared in `audit`: something that keeps a record for good before its caller goes on. */

export interface Trail {
  /** Resolves when the record, which carries `seq=<sequence>`, is on the platter. */
  readonly record: (sequence: number) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export type OpenTrail = (directory: string) => Trail | Promise<Trail>;
