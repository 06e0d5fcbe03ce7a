/** The contestants of `audit`. Only the one that is measured gets loaded into its process. */
import type { OpenTrail } from './trail.ts';

export interface TrailRow {
  readonly name: string;
  readonly note: string;
  readonly packages: readonly string[];
  readonly load: () => Promise<OpenTrail>;
  readonly isPreloaded?: true;
}

export const groupCommit = 'group commit';
export const syncPerRecord = 'a sync per record';

export const trails: readonly TrailRow[] = [
  {
    name: 'ours',
    note: '`await processor.writeDurably(() => logger.emit(…))` into audit.log: numbered, each line with the SHA-256 of the one before, under the file’s lock, and looked for at its path before anybody is told',
    packages: ['@opentelemetry/sdk-logs', '@sentrikat/file-exporter'],
    load: async () => (await import('./file-exporter.ts')).openDurableFile,
  },
  {
    name: 'ours, audit.record()',
    note: 'the same through `@sentrikat/instrumentation/audit` in a process with the preload: with redaction, a record id, and who and from where',
    packages: ['@sentrikat/instrumentation'],
    load: async () => (await import('./preload.ts')).openAuditApi,
    isPreloaded: true,
  },
  {
    name: groupCommit,
    note: 'the least that is as durable: lines made by `JSON.stringify`, all that wait written with one `write` and one `fdatasync`. No chain, no lock, no rotation, no check of the path',
    packages: [],
    load: async () => (await import('./synced-file.ts')).openGroupCommit,
  },
  {
    name: syncPerRecord,
    note: 'the same code with one record in each group: the callers take turns',
    packages: [],
    load: async () => (await import('./synced-file.ts')).openSyncPerRecord,
  },
];
