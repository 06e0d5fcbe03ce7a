/** Ours: the collector, sent records over OTLP/HTTP as services with the preload send them. */
import { ROOT_CONTEXT, SeverityNumber, trace, TraceFlags, type Logger } from '@opentelemetry/api';
import { ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { concernAttribute } from '@sentrikat/file-exporter';
import { Pool } from 'undici';

import { startCollector } from '../../servers/collector.ts';
import type { Forwarder, StartForwarder } from './forwarder.ts';
import { resource, type AppRecord } from './records.ts';

/** The most that the SDK's batch processor sends at once. */
const batchRecords = 512;
/** As many services send at once; each waits for its answer. */
const senders = 4;

export function collectorWith(environment: Readonly<Record<string, string>>): StartForwarder {
  return async (_, { elasticsearch, prefix, syslog }) => {
    const collector = await startCollector({
      ELASTIC_HOST: elasticsearch,
      ELASTIC_INDEX_PREFIX: prefix,
      RSYSLOG_REMOTE: syslog,
      RSYSLOG_PROTOCOL: 'tcp',
      ...environment,
    });
    return { pid: collector.pid(), prepare: preparedFor(collector.endpoint), stop: collector.stop };
  };
}

/** `endpoint` is that of a collector's OTLP/HTTP. */
export function preparedFor(endpoint: string): Forwarder['prepare'] {
  return (records) => {
    const requests = requestsOf(records);
    return () => send(endpoint, requests);
  };
}

/** Through the SDK and its serialiser, so that they are byte for byte what a service sends. */
function requestsOf(records: readonly AppRecord[]): readonly Uint8Array[] {
  const made: ReadableLogRecord[] = [];
  const provider = new LoggerProvider({
    resource: resourceFromAttributes(resource),
    processors: [
      {
        onEmit: (record) => void made.push(record),
        forceFlush: async () => {},
        shutdown: async () => {},
      },
    ],
  });
  const loggerOf = (concern: string) =>
    provider.getLogger('bench', undefined, { attributes: { [concernAttribute]: concern } });
  const loggers = { access: loggerOf('access'), audit: loggerOf('audit') };
  for (const record of records) emit(loggers[record.concern], record);
  return Array.from({ length: Math.ceil(made.length / batchRecords) }, (_, index) => {
    const batch = made.slice(index * batchRecords, (index + 1) * batchRecords);
    return ProtobufLogsSerializer.serializeRequest(batch) ?? new Uint8Array();
  });
}

function emit(logger: Logger, record: AppRecord): void {
  const { traceId, spanId } = record;
  logger.emit({
    timestamp: record.unixMillis,
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    eventName: record.eventName,
    body: record.body,
    attributes: { ...record.attributes, 'log.record.uid': record.id },
    context: trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
  });
}

/** Sends again what is not taken for now, as the SDK does; rejects where anything is refused for good. */
async function send(endpoint: string, requests: readonly Uint8Array[]): Promise<void> {
  const pool = new Pool(endpoint, { connections: senders, pipelining: 1 });
  const left = requests.values();
  await Promise.all(
    Array.from({ length: senders }, async () => {
      for (const body of left) await sendUntilTaken(pool, body);
    }),
  );
  await pool.close();
}

const headers = { 'content-type': 'application/x-protobuf' };

async function sendUntilTaken(pool: Pool, request: Uint8Array): Promise<void> {
  for (;;) {
    const { statusCode, body } = await pool.request({ path: '/v1/logs', method: 'POST', headers, body: request });
    const answer = await body.text();
    if (statusCode === 200) return;
    if (statusCode !== 429 && statusCode !== 503) throw new Error(`RECORDS_REFUSED: ${statusCode} ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
