/** For what somebody will have to account for: `@sentrikat/instrumentation/audit`. */
import type { AuditEntry } from './audit/audit-entry.ts';
import { auditBody, auditRecord, resourceOf } from './audit/audit-record.ts';
import { readEntry } from './audit/read-entry.ts';
import { durableWrites } from './durable-writes.ts';
import { ownLogger } from './own-logger.ts';
import { errorMessage } from './process/error-chain.ts';
import { composed, type Shown } from './redaction/composed-body.ts';
import { originOfRequest } from './request-origin.ts';
import { joinMainThread } from './threads/join-main-thread.ts';
import { threadChannel } from './threads/thread-channel.ts';

export type { AuditActor, AuditEntry } from './audit/audit-entry.ts';

/** An entry is not in the audit trail. `cause` is what has kept it from there. */
export class AuditError extends Error {
  override readonly name = 'AuditError';
  /** `AUDIT_ENTRY_INVALID`: the entry is none, or cannot be read; all others: it may be recorded at another time. */
  readonly code: 'AUDIT_ENTRY_INVALID' | 'AUDIT_NOT_RECORDED' | 'AUDIT_NOT_RUNNING';

  constructor(code: AuditError['code'], says: string, cause?: unknown) {
    super(`${code}: ${says}`, { cause });
    this.code = code;
  }
}

export const audit: { readonly record: typeof record } = { record };

/**
 * Records an event in audit.log, and resolves when its line is on the platter: written, synced, and in the file that the path names.
 * Concurrent calls share a sync. Actor, address, user agent and trace come from the request being handled, if one is.
 *
 * Without the preload it does nothing; with SENTRIKAT_AUDIT_FAIL_CLOSED it rejects there. In another thread than the main one it takes as long
 * as that takes to come to it, and it is the main one that must have the preload.
 *
 * @throws {AuditError} (as a rejection) where the line is not on the platter, within five seconds at most. It is not written later either,
 *   unless its sync alone has failed or is late. Undo what should have been recorded: record inside the transaction, before it commits.
 * @example
 * await audit.record({ action: 'UPDATE', resource: 'users', target: user.id, oldValue: before, newValue: after });
 */
async function record(given: AuditEntry): Promise<void> {
  const entry = soundEntry(given);
  const what = `${entry.action} ${resourceOf(entry)}`;
  joinMainThread();
  const writeDurably = durableWrites();
  if (writeDurably === undefined) {
    if (!isFailClosed()) return;
    throw new AuditError('AUDIT_NOT_RUNNING', `${what} cannot be recorded, as the preload does not run here`);
  }
  let isTold = false;
  try {
    await writeDurably(() => {
      const compose = (shown: Shown): string => {
        const body = auditBody(entry, shown);
        isTold = true;
        return body;
      };
      ownLogger('audit').emit(composed(auditRecord(entry, originOfRequest()), compose));
    });
    // Where the application has registered another logger, say, which knows nothing of the files.
    if (!isTold) throw new Error('no line was put together for it');
  } catch (error) {
    throw new AuditError('AUDIT_NOT_RECORDED', `${what} is not in the audit trail (${errorMessage(error)})`, error);
  }
}

function soundEntry(given: AuditEntry): AuditEntry {
  const read = readEntry(given);
  if ('fault' in read) throw new AuditError('AUDIT_ENTRY_INVALID', read.fault, read.cause);
  return read.entry;
}

/** Read here, since this has to hold where the preload is missing. A thread may have another environment than the process. */
function isFailClosed(): boolean {
  return threadChannel()?.failClosed ?? process.env['SENTRIKAT_AUDIT_FAIL_CLOSED']?.trim().toLowerCase() === 'true';
}
