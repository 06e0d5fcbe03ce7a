/**
 * Where the preload says what an operator has to know: on standard error, and as a record in application.log. Each thing
 * is said once: seven files that fail for one reason are one message, until they have recovered.
 *
 * Records can be emitted only once the pipeline stands, whose building may already have something to say: that waits.
 */
import { dirname } from 'node:path';

import type { LogFilesEvent } from '@sentrikat/file-exporter';

import { trailLifeRecord } from './audit/trail-life.ts';
import type { DerivedRecord, Emit } from './derived-record.ts';
import { degradedNotice, notices, noticeText, type Notice } from './notices.ts';
import { severityOf } from './vocabulary/event-record.ts';
import { loggingEvent, type LoggingEventName } from './vocabulary/logging-events.ts';

export interface NoticeBoardOptions {
  /** Shows a text to a person; must not throw. */
  readonly print: (text: string) => void;
  /** Who this process is, for advice about permissions: `uid 10001`. */
  readonly user: string;
  /** Whether the audit trail is told of what becomes of itself: that it starts, stops, and is in trouble. */
  readonly tellsTrail: boolean;
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

  /** The pipeline stands: from now on records go to `emit`, those that wait first. */
  connect(emit: Emit): void {
    this.#emit = emit;
    if (this.#options.tellsTrail) emit(trailLifeRecord('logging.started'));
    for (const record of this.#waiting.splice(0)) emit(record);
  }

  /** The process ends. */
  end(): void {
    if (this.#options.tellsTrail) this.#emit(trailLifeRecord('logging.stopped'));
  }

  /** Prints and records. */
  post(notice: Notice, eventName: LoggingEventName = 'logging.misconfigured'): void {
    this.#options.print(noticeText(notice));
    this.remark(notice, eventName);
  }

  /** Records, and does not print. */
  remark(notice: Notice, eventName: LoggingEventName = 'logging.misconfigured'): void {
    this.#emit({ ...loggingRecord(eventName), body: lineOf(notice), attributes: {} });
  }

  readonly onFilesEvent = (event: LogFilesEvent): void => {
    switch (event.type) {
      case 'degraded': {
        const notice = degradedNotice(event, this.#options.user);
        if (this.#isFirstOfItsKind(notice, event.path)) this.post(notice, 'logging.degraded');
        else this.remark(notice, 'logging.degraded');
        this.#tellTrail(event, 'logging.degraded', lineOf(notice));
        return;
      }
      case 'recovered': {
        for (const [kind, paths] of this.#troubled)
          if (paths.delete(event.path) && paths.size === 0) this.#troubled.delete(kind);
        const body = `${JSON.stringify(event.path)} is written again; records dropped in between: ${event.droppedRecords}`;
        this.#emit({
          ...loggingRecord('logging.recovered'),
          body,
          attributes: { 'file.path': event.path, 'sentrikat.dropped_records': event.droppedRecords },
        });
        this.#tellTrail(event, 'logging.recovered', body);
        return;
      }
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

  /** A trail that cannot be written takes it all the same: the line waits with the others, and comes where they would have. */
  #tellTrail(
    { concern }: { concern: string },
    eventName: 'logging.degraded' | 'logging.recovered',
    says: string,
  ): void {
    if (this.#options.tellsTrail && concern === 'audit') this.#emit(trailLifeRecord(eventName, says));
  }

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
    ...loggingRecord('audit.checkpoint'),
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

function loggingRecord(eventName: LoggingEventName): Pick<DerivedRecord, 'concern' | 'severityNumber' | 'eventName'> {
  return { concern: 'application', severityNumber: severityOf(loggingEvent(eventName)), eventName };
}

function lineOf({ code, what, why, remedy }: Notice): string {
  return `${code}: ${what}; ${why}; ${remedy}`;
}
