/** OpenTelemetry log records in, seven rotating files out. */
export { attributeOf, putAttribute } from './attribute-list.ts';
export type { AttributeList, ListedRecord } from './attribute-list.ts';
export { concerns } from './concerns.ts';
export type { ConcernName, ConcernRow, LineFormat } from './concerns.ts';
export { FastPath } from './fast-path/fast-path.ts';
export { FileLogRecordExporter } from './file-log-record-exporter.ts';
export { FileLogRecordProcessor } from './file-log-record-processor.ts';
export type { TimeZone } from './line/timestamp.ts';
export type { LogFilesEvent, LogFilesOptions } from './log-files.ts';
export { concernAttribute } from './route.ts';
export { levels } from './severity.ts';
export type { Level } from './severity.ts';
export type { Checkpoint } from './trail/checkpoint.ts';
export type { TrailHead } from './trail/seal.ts';
export type { FindingKind, FindingSeverity, TrailFinding } from './verify/finding.ts';
export { verifyTrail } from './verify/verify-trail.ts';
export type { TrailProgress, TrailSummary, VerifyTrailOptions } from './verify/verify-trail.ts';
