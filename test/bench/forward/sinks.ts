/** Where records are to arrive: data streams of their own in a real Elasticsearch, and a real rsyslog that counts. */
import { setTimeout as sleep } from 'node:timers/promises';

import { ask } from '../../instruments/stored-documents.ts';
import { bootstrap } from '../../servers/collector.ts';
import { startRsyslog } from '../../servers/rsyslog.ts';
import { sum } from '../statistics.ts';
import { MessageIds } from './message-ids.ts';

interface Arrived {
  readonly inElasticsearch: number;
  /** Different ones. */
  readonly inSyslog: number;
  readonly twiceInSyslog: number;
}

export interface Sinks {
  /** `127.0.0.1:port`, over TCP. */
  readonly syslog: string;
  /** Resolves, with the `performance.now()` of the last arrival, when so many records are in both, or none comes any more. */
  readonly untilIn: (records: number) => Promise<number>;
  /** What a search finds. */
  readonly arrived: () => Promise<Arrived>;
  readonly stop: () => Promise<void>;
}

const pollMillis = 100;
/** Longer than any forwarder waits for a batch to fill or between two attempts. */
const patienceMillis = 30_000;

/** `elasticsearch` is its URL; the templates for data streams of this prefix are put into it. */
export async function openSinks(elasticsearch: string, prefix: string): Promise<Sinks> {
  bootstrap({ ELASTIC_HOST: elasticsearch, ELASTIC_INDEX_PREFIX: prefix });
  const receiver = await startRsyslog();
  const messages = new MessageIds(receiver.messagesFile);
  const streams = `${prefix}access,${prefix}audit`;

  return { syslog: receiver.tcp, untilIn, arrived, stop: receiver.stop };

  async function untilIn(records: number): Promise<number> {
    let arrivedBefore = -1;
    let lastArrivalAt = performance.now();
    for (;;) {
      const [inSyslog, inElasticsearch] = [messages.readOn().size, await documentsIndexed()];
      if (inSyslog + inElasticsearch > arrivedBefore) lastArrivalAt = performance.now();
      arrivedBefore = inSyslog + inElasticsearch;
      if (Math.min(inSyslog, inElasticsearch) >= records) return lastArrivalAt;
      if (performance.now() > lastArrivalAt + patienceMillis) return lastArrivalAt;
      await sleep(pollMillis);
    }
  }

  async function arrived(): Promise<Arrived> {
    await ask(elasticsearch, 'POST', `/${streams}/_refresh${orNone}`);
    const { count } = (await ask(elasticsearch, 'GET', `/${streams}/_count${orNone}`)) as { count: number };
    const ids = messages.readOn();
    return { inElasticsearch: count, inSyslog: ids.size, twiceInSyslog: messages.total - ids.size };
  }

  /** Its own counters: a search would have it write segments for the sake of the question. */
  async function documentsIndexed(): Promise<number> {
    const { indices } = (await ask(elasticsearch, 'GET', `/${streams}/_stats/indexing${orNone}`)) as IndexingStats;
    return sum(Object.values(indices).map(({ primaries }) => primaries.indexing.index_total));
  }
}

/** A data stream is made with its first document. */
const orNone = '?ignore_unavailable=true&allow_no_indices=true';

interface IndexingStats {
  readonly indices: Readonly<
    Record<string, { readonly primaries: { readonly indexing: { readonly index_total: number } } }>
  >;
}
