/**
 * Gives every record its identity, once and at the source: whoever receives it twice, over a retry or from a file that
 * was sent as well, can tell that it is one.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/log/ (log.record.uid)
 */
import * as crypto from 'node:crypto';

import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { attributeOf, putAttribute } from '@sentrikat/file-exporter';

export const uidAttribute = 'log.record.uid';

/** UUIDv7, which sorts by time and so is cheap to index, where Node has it (24.16 and later); else UUIDv4. */
const createUid: () => string = (crypto as { randomUUIDv7?: () => string }).randomUUIDv7 ?? crypto.randomUUID;

/** Comes before every processor that writes or sends. */
export class RecordUidProcessor implements LogRecordProcessor {
  /** Records are built for those who want them, and never for the sake of their identity. */
  enabled(): boolean {
    return false;
  }

  onEmit(record: ReadWriteLogRecord): void {
    // Not by `setAttribute`, which drops what exceeds the limit of attributes: this one must not be dropped.
    if (attributeOf(record, uidAttribute) === undefined) putAttribute(record, uidAttribute, createUid());
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
