/** What the writer itself has to say in a file, as a record. The facts are attributes, by which verifiers find them. */
import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import type { FileNote } from './disk/file-note.ts';
import { jsonTimestamp } from './line/timestamp.ts';
import { loggingRecord } from './logging-record.ts';
import { checkpointEventName, type Checkpoint, type SignCheckpoint } from './trail/checkpoint.ts';
import { noteEventNames } from './trail/note-events.ts';

export function noteRecord(note: Exclude<FileNote, { type: 'checkpoint' }>): ReadableLogRecord {
  switch (note.type) {
    case 'dropped': {
      const body = `${note.records} records are missing here: the disk refused them for too long`;
      return { ...loggingRecord(noteEventNames.dropped, body), attributes: { records: note.records } };
    }
    case 'repaired': {
      const { bytes, sha256 } = note.fragment;
      const body = `half a line, which a writer had left that died, was moved out of the file: ${bytes} bytes`;
      return { ...loggingRecord(noteEventNames.repaired, body), attributes: { bytes, sha256 } };
    }
    case 'retired': {
      const { file, firstSeq, lastSeq, lastHash } = note.retired;
      const body = `the oldest backup was removed by rotation: lines ${firstSeq} to ${lastSeq}`;
      return {
        ...loggingRecord(noteEventNames.retired, body),
        attributes: { file, first_seq: firstSeq, last_seq: lastSeq, last_hash: lastHash },
      };
    }
  }
}

/** The record of a checkpoint, and the checkpoint itself, for whoever keeps it elsewhere. */
export function checkpointRecord(
  { head }: Extract<FileNote, { type: 'checkpoint' }>,
  sign: SignCheckpoint,
): { readonly record: ReadableLogRecord; readonly checkpoint: Checkpoint } {
  const record = loggingRecord(checkpointEventName, `the trail stands at line ${head.seq}`);
  const checkpoint = sign(head, jsonTimestamp(record.hrTime));
  const { keyId, signature } = checkpoint;
  return {
    record: {
      ...record,
      severityNumber: SeverityNumber.INFO,
      severityText: 'INFO',
      attributes: { key_id: keyId, signature },
    },
    checkpoint,
  };
}
