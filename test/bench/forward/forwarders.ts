/** The contestants of `forward`. */
import { collectorWith } from './collector.ts';
import type { StartForwarder } from './forwarder.ts';
import { rsyslogWith } from './rsyslog.ts';

export interface ForwarderRow {
  readonly name: string;
  readonly note: string;
  readonly start: StartForwarder;
}

export const rsyslogInMemory = 'rsyslog';

/** As many as the collector puts into a request; a disk has room for all that can wait in the collector's queues. */
const queue = { dequeueBatchSize: '1000', maxDiskSpace: '1g', saveOnShutdown: 'on' } as const;
const onDisk = { ...queue, type: 'Disk', checkpointInterval: '1000' } as const;

export const forwarders: readonly ForwarderRow[] = [
  {
    name: 'ours',
    note: 'the collector as it is configured: OTLP in protobuf, requests of 512 records from 4 senders that wait for their answer. It makes the document, redacts it, and answers when both queues have the records on the platter; what goes to Elasticsearch is compressed',
    start: collectorWith({ SENTRIKAT_COLLECTOR_FSYNC: 'true' }),
  },
  {
    name: 'ours, without fsync',
    note: 'the same with `SENTRIKAT_COLLECTOR_FSYNC=false`: what was accepted survives the end of the process, not a loss of power',
    start: collectorWith({ SENTRIKAT_COLLECTOR_FSYNC: 'false' }),
  },
  {
    name: rsyslogInMemory,
    note: '`imtcp` → `mmjsonparse`, for the id and the concern → `omelasticsearch` with `bulkmode`, `create`, `bulkid` and two workers, and `omfwd`. It is sent the ready document, a line each over one connection, which is less work: nothing is mapped, nothing redacted, nobody is answered. Queues are disk-assisted: up to 10,000 records wait in memory and are lost with the process',
    start: rsyslogWith({ ...queue, type: 'LinkedList', size: '10000' }),
  },
  {
    name: 'rsyslog, queues on disk',
    note: 'the same with `queue.type="Disk"`: what was read survives the end of the process, as in “ours, without fsync”',
    start: rsyslogWith(onDisk),
  },
  {
    name: 'rsyslog, queues synced',
    note: 'and with `queue.syncQueueFiles="on"`: it survives a loss of power, as in “ours”',
    start: rsyslogWith({ ...onDisk, syncQueueFiles: 'on' }),
  },
];
