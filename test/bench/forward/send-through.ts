/** What `forward` and `forward-kafka` have in common: records go in at one end, and are waited for at the two others. */
import type { Column, Sample, Size } from '../scenario.ts';
import type { Forwarder } from './forwarder.ts';
import { makeRecords } from './records.ts';
import type { Sinks } from './sinks.ts';

/** Records that open connections and make data streams, and records that count. */
export const sizes: Readonly<Record<Size, { readonly warmUp: number; readonly records: number }>> = {
  full: { warmUp: 10_000, records: 100_000 },
  quick: { warmUp: 50, records: 500 },
};

/** Of the figures of `arrivals`. */
export const arrivalColumns: readonly Column[] = [
  { title: 'missing in Elasticsearch', figure: 'missingInElasticsearch', summary: 'sum', digits: 0, of: 'sent' },
  { title: 'missing in syslog', figure: 'missingInSyslog', summary: 'sum', digits: 0, of: 'sent' },
  { title: 'twice in syslog', figure: 'twiceInSyslog', summary: 'sum', digits: 0 },
];

interface Way<State> {
  readonly prepare: Forwarder['prepare'];
  readonly sinks: Sinks;
  /** Asked before the records that count, and when all of them are in. */
  readonly stateOf: () => State | Promise<State>;
}

interface Through<State> {
  readonly records: number;
  readonly before: State;
  readonly after: State;
  readonly arrivals: Sample;
}

export async function sendThrough<State>(size: Size, { prepare, sinks, stateOf }: Way<State>): Promise<Through<State>> {
  const { warmUp, records } = sizes[size];
  const [sendWarmUp, send] = [prepare(makeRecords(warmUp)), prepare(makeRecords(records))];
  const sent = warmUp + records;
  await Promise.all([sendWarmUp(), sinks.untilIn(warmUp)]);
  const before = await stateOf();
  const startedAt = performance.now();
  const [lastArrivalAt] = await Promise.all([sinks.untilIn(sent), send()]);
  const after = await stateOf();
  const { inElasticsearch, inSyslog, twiceInSyslog } = await sinks.arrived();
  const arrivals = {
    sent,
    recordsPerSecond: records / ((lastArrivalAt - startedAt) / 1000),
    missingInElasticsearch: sent - inElasticsearch,
    missingInSyslog: sent - inSyslog,
    twiceInSyslog,
  };
  return { records, before, after, arrivals };
}
