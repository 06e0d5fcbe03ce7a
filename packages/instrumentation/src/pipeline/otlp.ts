/**
 * The way out over OTLP/HTTP, for each signal that has an endpoint, and only for those: nothing goes to localhost:4318 by
 * itself. What is sent is a copy; a batch processor may drop, the files do not.
 *
 * Headers, timeout and compression are the exporters' own business, who read them from the process's environment.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
import { readFileSync } from 'node:fs';

import type { ResourceDetector } from '@opentelemetry/resources';
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
import { createValueRedaction } from '../redaction/redact.ts';
import { SpanRedactionExporter } from '../redaction/span-redaction-exporter.ts';
import type { ValueRedaction } from '../redaction/value-redaction.ts';
import { resourceDetectors } from './resource-detectors.ts';
import { unreferencedAgent } from './unreferenced-agent.ts';

export interface Otlp {
  readonly logRecordProcessors: readonly LogRecordProcessor[];
  readonly spanProcessors: readonly SpanProcessor[];
  /** None where nothing is sent, as nobody else asks for them. */
  readonly resourceDetectors: ResourceDetector[];
  readonly notices: readonly Notice[];
  /** Sends what waits; undefined where nothing is ever sent. */
  readonly flush: (() => Promise<void>) | undefined;
}

type Signal = 'LOGS' | 'TRACES';
const protocols = ['http/protobuf', 'http/json'] as const;
type Protocol = (typeof protocols)[number];

const exporters = {
  LOGS: { 'http/protobuf': ProtobufLogExporter, 'http/json': JsonLogExporter },
  TRACES: { 'http/protobuf': ProtobufTraceExporter, 'http/json': JsonTraceExporter },
} as const satisfies Record<Signal, Record<Protocol, unknown>>;

export function createOtlp(environment: Environment, secrets: ValueRedaction = createValueRedaction({})): Otlp {
  /** By variable, since both signals may be told by the same. */
  const found = new Map<string, Notice>();
  const logWay = wayOf('LOGS');
  const spanWay = wayOf('TRACES');
  const redaction = logWay || spanWay ? secrets.another() : undefined;
  const logs =
    logWay &&
    new BatchLogRecordProcessor({
      exporter: new exporters.LOGS[logWay.protocol](logWay.options),
      ...batchOptions(environment, 'OTEL_BLRP'),
    });
  const spans =
    spanWay &&
    redaction &&
    new BatchSpanProcessor({
      exporter: new SpanRedactionExporter(new exporters.TRACES[spanWay.protocol](spanWay.options), redaction),
      ...batchOptions(environment, 'OTEL_BSP'),
    });
  return {
    logRecordProcessors: logs ? [logs] : [],
    spanProcessors: spans ? [new SanitiseExportedSpanProcessor(), spans] : [],
    resourceDetectors: redaction ? resourceDetectors(environment, redaction) : [],
    notices: [...found.values()],
    flush:
      logs || spans
        ? async () => void (await Promise.allSettled([logs?.forceFlush(), spans?.forceFlush()]))
        : undefined,
  };

  /** Undefined where the signal is not sent. */
  function wayOf(signal: Signal): Way | undefined {
    const endpoint = variableOf(signal, 'ENDPOINT');
    if (endpoint === undefined || !isToBeSent(signal)) return undefined;
    const url = urlOf(signal, endpoint);
    const protocol = protocolOf(signal);
    if (url === undefined || protocol === undefined) return undefined;
    const agent = unreferencedAgent({
      ca: fileOf(variableOf(signal, 'CERTIFICATE')),
      cert: fileOf(variableOf(signal, 'CLIENT_CERTIFICATE')),
      key: fileOf(variableOf(signal, 'CLIENT_KEY')),
    });
    return { protocol, options: { url, httpAgentOptions: agent } };
  }

  function isToBeSent(signal: Signal): boolean {
    const variable = `OTEL_${signal}_EXPORTER`;
    const names = listOf(environment[variable] ?? '');
    const others = names.filter((name) => name !== 'otlp' && name !== 'none');
    if (others.length > 0) refuse({ variable, value: others.join(',') }, 'otlp or none');
    return names.length === 0 || (names.includes('otlp') && !names.includes('none'));
  }

  function urlOf(signal: Signal, { variable, value }: Variable): string | undefined {
    const url = URL.parse(value);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      // Without what stands before an @, which may be a password.
      refuse(
        { variable, value: value.slice(value.lastIndexOf('@') + 1) },
        'a URL that begins with http:// or https://',
      );
      return undefined;
    }
    if (variable === 'OTEL_EXPORTER_OTLP_ENDPOINT') {
      url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal.toLowerCase()}`;
    }
    return url.href;
  }

  function protocolOf(signal: Signal): Protocol | undefined {
    const told = variableOf(signal, 'PROTOCOL');
    if (told === undefined) return 'http/protobuf';
    const protocol = protocols.find((name) => name === told.value.toLowerCase());
    if (protocol === undefined) refuse(told, protocols.join(' or '));
    return protocol;
  }

  function fileOf(named: Variable | undefined): Buffer | undefined {
    if (named === undefined) return undefined;
    try {
      return readFileSync(named.value);
    } catch (error) {
      const { variable, value } = named;
      found.set(variable, notices.OTLP_CERTIFICATE_UNREADABLE(variable, value, error));
      return undefined;
    }
  }

  /** The variable that speaks for the signal: its own, else the one for all. */
  function variableOf(signal: Signal, name: string): Variable | undefined {
    return [`OTEL_EXPORTER_OTLP_${signal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`]
      .map((variable) => ({ variable, value: environment[variable]?.trim() ?? '' }))
      .find(({ value }) => value !== '');
  }

  function refuse({ variable, value }: Variable, choices: string): void {
    found.set(variable, notices.OTLP_UNAVAILABLE(variable, value, choices));
  }
}

/** How a signal goes out. */
interface Way {
  readonly protocol: Protocol;
  readonly options: { readonly url: string; readonly httpAgentOptions: ReturnType<typeof unreferencedAgent> };
}

/** A variable that is set, and what it says. */
interface Variable {
  readonly variable: string;
  readonly value: string;
}

/** Names of a list, in which case does not matter. */
function listOf(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

const batchVariables = {
  MAX_QUEUE_SIZE: 'maxQueueSize',
  SCHEDULE_DELAY: 'scheduledDelayMillis',
  EXPORT_TIMEOUT: 'exportTimeoutMillis',
  MAX_EXPORT_BATCH_SIZE: 'maxExportBatchSize',
} as const;

/** What a timer can wait; a queue as long as that has no bound. */
const mostOfBatch = 2 ** 31 - 1;

/** The processors read no environment themselves. What is no positive number is as good as not set. */
function batchOptions(environment: Environment, prefix: 'OTEL_BLRP' | 'OTEL_BSP'): Record<string, number> {
  return Object.fromEntries(
    Object.entries(batchVariables).flatMap(([variable, option]) => {
      const value = Number(environment[`${prefix}_${variable}`] ?? 0);
      return Number.isInteger(value) && value > 0 && value <= mostOfBatch ? [[option, value]] : [];
    }),
  );
}
