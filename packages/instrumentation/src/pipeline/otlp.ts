/**
 * The way out over OTLP/HTTP, for each signal that has an endpoint, and only for those: nothing goes to localhost:4318 by
 * itself. What is sent is a copy; a batch processor may drop, the files do not.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';

import type { Environment } from '../configuration/read-configuration.ts';
import { notices, type Notice } from '../notices.ts';
import { SanitiseExportedSpanProcessor } from '../pg/sanitise-exported-span.ts';
import { unreferencedAgent } from './unreferenced-agent.ts';

export interface Otlp {
  readonly logRecordProcessors: readonly LogRecordProcessor[];
  readonly spanProcessors: readonly SpanProcessor[];
  readonly notices: readonly Notice[];
  /** Sends what waits; undefined where nothing is ever sent. */
  readonly flush: (() => Promise<void>) | undefined;
}

type Signal = 'LOGS' | 'TRACES';
const protocols = ['http/protobuf', 'http/json'] as const;
type Protocol = (typeof protocols)[number];

const options = { httpAgentOptions: unreferencedAgent };

const logExporters = {
  'http/protobuf': () => new ProtobufLogExporter(options),
  'http/json': () => new JsonLogExporter(options),
} as const satisfies Record<Protocol, unknown>;

const traceExporters = {
  'http/protobuf': () => new ProtobufTraceExporter(options),
  'http/json': () => new JsonTraceExporter(options),
} as const satisfies Record<Protocol, unknown>;

export function createOtlp(environment: Environment): Otlp {
  const found: Notice[] = [];
  const logProtocol = protocolOf('LOGS');
  const traceProtocol = protocolOf('TRACES');
  const logs =
    logProtocol &&
    new BatchLogRecordProcessor({ exporter: logExporters[logProtocol](), ...batchOptions(environment, 'OTEL_BLRP') });
  const spans =
    traceProtocol &&
    new BatchSpanProcessor({ exporter: traceExporters[traceProtocol](), ...batchOptions(environment, 'OTEL_BSP') });
  return {
    logRecordProcessors: logs ? [logs] : [],
    spanProcessors: spans ? [new SanitiseExportedSpanProcessor(), spans] : [],
    notices: found,
    flush:
      logs || spans
        ? async () => void (await Promise.allSettled([logs?.forceFlush(), spans?.forceFlush()]))
        : undefined,
  };

  /** Undefined where the signal is not sent. */
  function protocolOf(signal: Signal): Protocol | undefined {
    if (!isAnySet(environment, [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT']))
      return undefined;
    const exporters = (environment[`OTEL_${signal}_EXPORTER`]?.trim() || 'otlp').split(/ *, */);
    if (exporters.includes('none')) return undefined;
    if (exporters.some((name) => name !== 'otlp'))
      found.push(notices.OTLP_UNAVAILABLE(`OTEL_${signal}_EXPORTER`, exporters.join(','), 'otlp or none'));
    if (!exporters.includes('otlp')) return undefined;
    const variable = [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL'].find((name) =>
      isSet(environment, name),
    );
    const name = variable === undefined ? 'http/protobuf' : (environment[variable] ?? '').trim();
    const protocol = protocols.find((candidate) => candidate === name);
    if (protocol === undefined && variable !== undefined)
      found.push(notices.OTLP_UNAVAILABLE(variable, name, protocols.join(' or ')));
    return protocol;
  }
}

const batchVariables = {
  MAX_QUEUE_SIZE: 'maxQueueSize',
  SCHEDULE_DELAY: 'scheduledDelayMillis',
  EXPORT_TIMEOUT: 'exportTimeoutMillis',
  MAX_EXPORT_BATCH_SIZE: 'maxExportBatchSize',
} as const;

/** The processors read no environment themselves. What is no positive number is as good as not set. */
function batchOptions(environment: Environment, prefix: 'OTEL_BLRP' | 'OTEL_BSP'): Record<string, number> {
  return Object.fromEntries(
    Object.entries(batchVariables).flatMap(([variable, option]) => {
      const value = Number(environment[`${prefix}_${variable}`] ?? 0);
      return value > 0 ? [[option, value]] : [];
    }),
  );
}

function isAnySet(environment: Environment, names: readonly string[]): boolean {
  return names.some((name) => isSet(environment, name));
}

function isSet(environment: Environment, name: string): boolean {
  return (environment[name]?.trim() ?? '') !== '';
}
