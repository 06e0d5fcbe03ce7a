/**
 * The composition root: puts sources, pipeline and destinations together, and gives them the process they live in.
 *
 *     http, pg, ldapts ─► derivations ─┐
 *     pino, winston, bunyan, console ──┴► LogRecords ─► identity ─► files, and OTLP where an endpoint is set
 */
import { logs } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { FastPath, FileLogRecordProcessor } from '@sentrikat/file-exporter';
import { LdaptsInstrumentation } from '@sentrikat/instrumentation-ldapts';

import { createBridges } from './bridges/bridges.ts';
import { logDirectories } from './configuration/log-directory.ts';
import { readSigningKey } from './configuration/signing-key.ts';
import { readConfiguration, type Environment } from './configuration/read-configuration.ts';
import { bareSpans } from './http/bare-span.ts';
import { offerDurableWrites } from './durable-writes.ts';
import { observeHttp } from './http/observe-http.ts';
import { startRecordedSpan } from './http/server-span.ts';
import { clientBehind } from './http/trusted-proxies.ts';
import { LdapSpanProcessor } from './ldap/ldap-span-processor.ts';
import { NoticeBoard } from './notice-board.ts';
import { HarmlessPgInstrumentation } from './pg/harmless-pg-instrumentation.ts';
import { SlowQuerySpanProcessor } from './pg/slow-query-span-processor.ts';
import { createEmit } from './pipeline/create-emit.ts';
import { harmlessLoggerProvider } from './pipeline/harmless-logger-provider.ts';
import { limitsLogRecords } from './pipeline/log-record-limits.ts';
import { registerApiLogsGlobal } from './pipeline/api-logs-global.ts';
import { createOtlp } from './pipeline/otlp.ts';
import { RecordUidProcessor } from './pipeline/record-uid-processor.ts';
import { createSampler } from './pipeline/sampler.ts';
import { wholeRecords } from './pipeline/withheld-records.ts';
import { watchEndOfProcess } from './process/end-of-process.ts';
import { patchClientsForImports, patchPackagesForImports } from './process/patch-imports.ts';
import { createValueRedaction } from './redaction/redact.ts';
import { RedactionProcessor } from './redaction/redaction-processor.ts';
import { ThreadRecords } from './threads/thread-records.ts';

export interface StartOptions {
  readonly environment: Environment;
  /** The application's. */
  readonly workingDirectory: string;
  /** Shows a text to a person; must not throw. */
  readonly print: (text: string) => void;
  /** Who this process is, for advice about permissions: `uid 10001`. */
  readonly user: string;
}

export function start({ environment, workingDirectory, print, user }: StartOptions): void {
  const { general, concerns, notices, remarks } = readConfiguration(environment);
  const board = new NoticeBoard({ print, user, tellsTrail: general.SENTRIKAT_AUDIT_LIFECYCLE });
  const secretKeys = { redactKeys: general.SENTRIKAT_REDACT_KEYS, keepKeys: general.SENTRIKAT_REDACT_KEEP };
  const redaction = createValueRedaction(secretKeys);
  const otlp = createOtlp(environment, redaction);
  const { sampler, notice: samplerNotice } = createSampler(environment);
  const { signingKey, notice: keyNotice } = readSigningKey(general.SENTRIKAT_AUDIT_SIGNING_KEY, workingDirectory);
  for (const notice of [...notices, ...otlp.notices, samplerNotice, keyNotice]) if (notice) board.post(notice);
  for (const remark of remarks) board.remark(remark);

  const files = new FileLogRecordProcessor({
    ...logDirectories(general, workingDirectory),
    concerns,
    timeZone: general.SENTRIKAT_TIME_ZONE,
    emptyFileRollover: general.SENTRIKAT_EMPTY_FILE_ROLLOVER,
    compressBackups: general.SENTRIKAT_COMPRESS_BACKUPS,
    hasForeignWriters: general.SENTRIKAT_FOREIGN_WRITERS,
    failClosed: general.SENTRIKAT_AUDIT_FAIL_CLOSED,
    signingKey,
    checkpointEvery: general.SENTRIKAT_AUDIT_CHECKPOINT_LINES,
    checkpointIntervalMillis: general.SENTRIKAT_AUDIT_CHECKPOINT_MS,
    onEvent: board.onFilesEvent,
  });

  const fastPath = new FastPath([
    // First, as what it takes out must not reach any of the others.
    new RedactionProcessor(redaction),
    new RecordUidProcessor(),
    files,
    ...otlp.logRecordProcessors,
  ]);
  const emit = createEmit(() => provider, otlp.logRecordProcessors.length > 0);
  const http = observeHttp({
    emit,
    thresholds: {
      slowMillis: general.SENTRIKAT_SLOW_ENDPOINT_MS,
      verySlowMillis: general.SENTRIKAT_VERY_SLOW_ENDPOINT_MS,
    },
    findClient: general.SENTRIKAT_TRUSTED_PROXIES && clientBehind(general.SENTRIKAT_TRUSTED_PROXIES),
    startSpan: otlp.spanProcessors.length > 0 ? startRecordedSpan : bareSpans(sampler),
  });
  const bridges = createBridges(general.SENTRIKAT_BRIDGES);
  new NodeSDK({
    logRecordProcessors: [fastPath],
    spanProcessors: [
      new LdapSpanProcessor(emit),
      new SlowQuerySpanProcessor({ emit, slowQueryMillis: general.SENTRIKAT_SLOW_QUERY_MS }),
      ...otlp.spanProcessors,
    ],
    metricReaders: [],
    sampler,
    instrumentations: [
      new HttpInstrumentation(http.httpInstrumentationConfig),
      new HarmlessPgInstrumentation(),
      new LdaptsInstrumentation(),
      ...bridges.instrumentations,
    ],
    resourceDetectors: otlp.resourceDetectors,
  }).start();
  patchClientsForImports();
  patchPackagesForImports(['ldapts']);

  const sdkProvider = logs.getLoggerProvider();
  const provider = harmlessLoggerProvider(limitsLogRecords(environment) ? sdkProvider : fastPath.through(sdkProvider));
  logs.disable();
  logs.setGlobalLoggerProvider(provider);
  registerApiLogsGlobal(provider);
  board.connect(emit);
  bridges.connect();
  const writeDurably = wholeRecords((emitRecords) => files.writeDurably(emitRecords));
  offerDurableWrites(writeDurably);
  const failClosed = general.SENTRIKAT_AUDIT_FAIL_CLOSED;
  const threads = new ThreadRecords({ provider, writeDurably, secretKeys, failClosed });

  watchEndOfProcess({
    emit,
    closeOpenRequests() {
      threads.takeAll();
      http.closeOpenRequests();
      board.end();
    },
    setWriteThrough(isWriteThrough) {
      threads.takeAll();
      files.setWriteThrough(isWriteThrough);
    },
    endFiles: () => files.endOfProcess(),
    flushExporters: otlp.flush,
  });
}
