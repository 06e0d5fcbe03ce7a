/**
 * What the preload says about itself: every message has a stable code, what happened, why it matters and what to do.
 * docs/messages.md lists the codes out of this table.
 */
import { dirname } from 'node:path';

import type { LogFilesEvent } from '@sentrikat/file-exporter';

import type { Variable } from './configuration/variables.ts';
import { errorMessage } from './process/error-chain.ts';

export interface Notice {
  readonly code: NoticeCode;
  /** What happened, with the value quoted. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** A file is not written as it should be. */
export type Degraded = Extract<LogFilesEvent, { type: 'degraded' }>;

type Words = Omit<Notice, 'code'>;

const table = {
  UNKNOWN_VARIABLE: {
    about: 'A variable begins with `SENTRIKAT_` and is nearly one that the preload reads.',
    say: (name: string, suggestion: string): Words => ({
      what: `${quote(name)} is no variable of the preload; did you mean ${quote(suggestion)}?`,
      why: 'it has no effect on the logs, and whoever set it may expect one',
      remedy: 'correct or remove it; docs/configuration.md lists all variables',
    }),
  },
  VARIABLES_IGNORED: {
    about:
      'Variables begin with `SENTRIKAT_` and are none that the preload reads, nor nearly. Only in application.log: they may well be the application’s own.',
    say: (names: readonly string[]): Words => ({
      what: `the preload does not read ${names.slice(0, maxQuotedNames).map(quote).join(', ')}${names.length > maxQuotedNames ? ', ...' : ''}`,
      why: 'that is as it should be where they belong to the application',
      remedy: 'docs/configuration.md lists all variables of the preload',
    }),
  },
  INVALID_VALUE: {
    about: 'A variable has a value that it cannot have.',
    say: (name: string, variable: Variable, value: string): Words => ({
      what: `${name} is ${quote(value)}, which is not ${variable.kind.says}`,
      why: `the default is used instead: ${variable.defaultSays ?? String(variable.default)}`,
      remedy: `set it to ${variable.kind.says}, or leave it out`,
    }),
  },
  OTLP_UNAVAILABLE: {
    about: 'OpenTelemetry is asked to send in a way that is not part of the preload.',
    say: (variable: string, value: string, choices: string): Words => ({
      what: `${variable} is ${quote(value)}, by which the preload cannot send`,
      why: 'nothing is sent that way; the files are written all the same',
      remedy: `set it to ${choices}`,
    }),
  },
  SAMPLER_UNKNOWN: {
    about: 'OpenTelemetry is asked for a sampler that does not exist.',
    say: (value: string, choices: readonly string[]): Words => ({
      what: `OTEL_TRACES_SAMPLER is ${quote(value)}, which is no sampler`,
      why: `${choices[0]} decides instead which traces are sent`,
      remedy: `set it to one of ${choices.join(', ')}`,
    }),
  },
  OTLP_CERTIFICATE_UNREADABLE: {
    about: 'A certificate or key for sending cannot be read.',
    say: (variable: string, path: string, error: unknown): Words => ({
      what: `${variable} is ${quote(path)}, which cannot be read (${reason(error)})`,
      why: 'connections are made without it, which the receiver may refuse, or which may refuse the receiver',
      remedy: 'name a PEM file that the service may read',
    }),
  },
  SIGNING_KEY_UNUSABLE: {
    about: 'The key for the checkpoints of audit.log cannot be read, or is none.',
    say: (path: string, error: unknown): Words => ({
      what: `SENTRIKAT_AUDIT_SIGNING_KEY is ${quote(path)}, which cannot be used (${reason(error)})`,
      why: 'audit.log goes without checkpoints, by which a copy that was cut off or written anew is told',
      remedy: 'name an Ed25519 private key in PEM that the service may read: openssl genpkey -algorithm ed25519',
    }),
  },
  LOG_DIR_NOT_WRITABLE: {
    about: 'Log files could not be opened in the log directory, and are written to the fallback directory.',
    say: ({ path, fallbackPath, error }: Degraded, user: string): Words => ({
      what: `cannot open ${quote(path)} (${reason(error)})`,
      why: `it is written to ${quote(fallbackPath ?? '')} instead, where nobody may look and a restart may lose it`,
      remedy: `let ${user} write to ${quote(dirname(path))}, or set LOG_DIR to a directory that it may write`,
    }),
  },
  LOG_FILE_REFUSED: {
    about: 'A log file cannot be written for now: lines wait in memory, and are dropped and counted when that is full.',
    say: ({ path, error }: Degraded, user: string): Words => ({
      what: `cannot write ${quote(path)} (${reason(error)})`,
      why: 'its lines wait in memory, up to 8 MiB a file; what exceeds that is dropped, and the file will say how much',
      remedy: `make room on its disk, and let ${user} write to ${quote(dirname(path))}; writing resumes by itself`,
    }),
  },
  LOG_FILE_NOT_ROTATED: {
    about: 'A log file should rotate, but its directory refuses to rename; it grows beyond its limit.',
    say: ({ path, error }: Degraded, user: string): Words => ({
      what: `cannot rotate ${quote(path)} (${reason(error)})`,
      why: 'lines are appended to it beyond its limit, so that none is lost',
      remedy: `let ${user} create and rename files in ${quote(dirname(path))}; rotation resumes by itself`,
    }),
  },
  LOG_FILE_NOT_LOCKED: {
    about: 'A log file cannot be locked; lines are appended without the lock, and the file does not rotate.',
    say: ({ path, error }: Degraded): Words => ({
      what: `cannot lock ${quote(path)} (${reason(error)})`,
      why: 'lines are appended without the lock, and the file does not rotate for that long',
      remedy: 'keep the log directory on a local file system, with its folder ".sentrikat" in place and writable',
    }),
  },
  BACKUP_NOT_COMPRESSED: {
    about: 'A rotated file could not be compressed, and stays as it is.',
    say: (path: string, error: unknown): Words => ({
      what: `cannot compress the backups of ${quote(path)} (${reason(error)})`,
      why: 'they stay as they are, and take more room; the next rotation tries again',
      remedy: `make room on the disk of ${quote(dirname(path))}, or set SENTRIKAT_COMPRESS_BACKUPS to false`,
    }),
  },
  UNKNOWN_CONCERN: {
    about: 'A record names a concern that does not exist.',
    say: (value: string): Words => ({
      what: `a record has "sentrikat.concern" ${quote(value)}, which is none of the seven`,
      why: 'it went to application.log',
      remedy: 'name one of audit, security, access, ldap, performance, error, application',
    }),
  },
  PRELOAD_FAILED: {
    about: 'The preload could not start. The application runs, without its log files.',
    say: (error: unknown): Words => ({
      what: `the preload did not start (${reason(error)})`,
      why: 'the application runs as if it had not been asked for: no log files, no spans',
      remedy: 'reinstall @sentrikat/instrumentation; if it stays, report the message above',
    }),
  },
  NODE_TOO_OLD: {
    about: 'The preload was loaded by a Node that is too old for it. The application runs, without its log files.',
    say: (version: string): Words => ({
      what: `this is Node ${version}, and the preload needs 22.15 or later`,
      why: 'the application runs as if it had not been asked for: no log files, no spans',
      remedy: 'run the service with Node 22.15 or later',
    }),
  },
} as const;

export type NoticeCode = keyof typeof table;

/** Each code, and when it is said. */
export const noticeCodes: readonly { readonly code: NoticeCode; readonly about: string }[] = (
  Object.keys(table) as NoticeCode[]
).map((code) => ({ code, about: table[code].about }));

/** Says a notice: `notices.INVALID_VALUE(variable, text)`. */
export const notices: { readonly [Code in NoticeCode]: (...facts: Parameters<(typeof table)[Code]['say']>) => Notice } =
  Object.fromEntries(
    Object.entries(table).map(([code, { say }]) => [
      code,
      (...facts: unknown[]) => ({ code, ...(say as (...facts: unknown[]) => Words)(...facts) }),
    ]),
  ) as never;

const codeOfEffect = {
  elsewhere: 'LOG_DIR_NOT_WRITABLE',
  waiting: 'LOG_FILE_REFUSED',
  unrotated: 'LOG_FILE_NOT_ROTATED',
  unlocked: 'LOG_FILE_NOT_LOCKED',
} as const satisfies Record<Degraded['effect'], NoticeCode>;

/** `user` is who the process is, as an operator would name it: `uid 10001`. */
export function degradedNotice(event: Degraded, user: string): Notice {
  return notices[codeOfEffect[event.effect]](event, user);
}

/** A notice as lines for a terminal. Whatever it quotes is escaped, so it has exactly three lines. */
export function noticeText({ code, what, why, remedy }: Notice): string {
  return `${code}: ${what}\n  why   ${why}\n  do    ${remedy}\n`;
}

const maxQuotedCharacters = 200;
const maxQuotedNames = 20;

/** As JSON in ASCII, cut: a path, a value or an error may hold anything. */
function quote(text: string): string {
  const shown = text.length > maxQuotedCharacters ? `${text.slice(0, maxQuotedCharacters)}...` : text;
  return JSON.stringify(shown).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An operating system's error is its code; any other its message. */
function reason(error: unknown): string {
  return isSystemError(error) ? error.code : quote(errorMessage(error)).slice(1, -1);
}

/** Codes of Node's own (ERR_SQLITE_ERROR, MODULE_NOT_FOUND) say less than their messages. */
function isSystemError(error: unknown): error is { readonly code: string } {
  return error instanceof Error && 'errno' in error && typeof (error as NodeJS.ErrnoException).code === 'string';
}
