/**
 * Where the preload says what an operator has to know: on standard error, and as a record in application.log. Each thing
 * is said once: seven files that fail for one reason are one message, until they have recovered.
 *
 * Records can be emitted only once the pipeline stands, whose building may already have something to say: that waits.
 */
import { dirname } from 'node:path';

import { SeverityNumber } from '@opentelemetry/api';
import type { LogFilesEvent } from '@sentrikat/file-exporter';

import type { DerivedRecord, Emit } from './derived-record.ts';
import { degradedNotice, notices, noticeText, type Notice } from './notices.ts';

export interface NoticeBoardOptions {
  /** Shows a text to a person; must not throw. */
  readonly print: (text: string) => void;
  /** Who this process is, for advice about permissions: `uid 10001`. */
  readonly user: string;
}

export class NoticeBoard {
  readonly #options: NoticeBoardOptions;
  readonly #waiting: DerivedRecord[] = [];
  #emit: Emit = (record) => void this.#waiting.push(record);
  /** The files that are in trouble, by kind of trouble. */
  readonly #troubled = new Map<string, Set<string>>();

  constructor(options: NoticeBoardOptions) {
    this.#options = options;
  }

  /** From now on records go to `emit`, those that wait first. */
  connect(emit: Emit): void {
    this.#emit = emit;
    for (const record of this.#waiting.splice(0)) emit(record);
  }

  /** Prints and records. */
  post(notice: Notice, eventName: string = 'logging.misconfigured'): void {
    this.#options.print(noticeText(notice));
    this.remark(notice, eventName);
  }

  /** Records, and does not print. */
  remark({ code, what, why, remedy }: Notice, eventName: string = 'logging.misconfigured'): void {
    this.#emit({ ...loggingRecord(eventName), body: `${code}: ${what}; ${why}; ${remedy}`, attributes: {} });
  }

  readonly onFilesEvent = (event: LogFilesEvent): void => {
    switch (event.type) {
      case 'degraded': {
        const notice = degradedNotice(event, this.#options.user);
        if (this.#isFirstOfItsKind(notice, event.path)) this.post(notice, 'logging.degraded');
        else this.remark(notice, 'logging.degraded');
        return;
      }
      case 'recovered':
        for (const [kind, paths] of this.#troubled)
          if (paths.delete(event.path) && paths.size === 0) this.#troubled.delete(kind);
        this.#emit({
          ...loggingRecord('logging.recovered'),
          body: `${JSON.stringify(event.path)} is written again; records dropped in between: ${event.droppedRecords}`,
          attributes: { 'file.path': event.path, 'sentrikat.dropped_records': event.droppedRecords },
        });
        return;
      case 'uncompressed':
        this.remark(notices.BACKUP_NOT_COMPRESSED(event.path, event.error), 'logging.degraded');
        return;
      case 'checkpoint':
        this.#emit(checkpointRecord(event));
        return;
      case 'unknown-concern':
        this.remark(notices.UNKNOWN_CONCERN(event.value), 'logging.unknown_concern');
    }
  };

  #isFirstOfItsKind({ code }: Notice, path: string): boolean {
    const kind = `${code} ${dirname(path)}`;
    const paths = this.#troubled.get(kind);
    if (paths === undefined) this.#troubled.set(kind, new Set([path]));
    else paths.add(path);
    return paths === undefined;
  }
}

/** The copy of a checkpoint that leaves the trail's own file, and with OTLP the machine. */
function checkpointRecord({ concern, checkpoint }: Extract<LogFilesEvent, { type: 'checkpoint' }>): DerivedRecord {
  return {
    concern: 'application',
    severityNumber: SeverityNumber.INFO,
    eventName: 'audit.checkpoint',
    body: `checkpoint of the ${concern} trail: ${JSON.stringify(checkpoint)}`,
    attributes: {
      'sentrikat.checkpoint.seq': checkpoint.seq,
      'sentrikat.checkpoint.prev_hash': checkpoint.prevHash,
      'sentrikat.checkpoint.time': checkpoint.time,
      'sentrikat.checkpoint.key_id': checkpoint.keyId,
      'sentrikat.checkpoint.signature': checkpoint.signature,
    },
  };
}

function loggingRecord(eventName: string): Pick<DerivedRecord, 'concern' | 'severityNumber' | 'eventName'> {
  return { concern: 'application', severityNumber: SeverityNumber.WARN, eventName };
}
