/**
 * Every environment variable the preload reads, in one table: what it is called, what it may say, what it is when nothing
 * is said, and why. Reading, the messages about mistakes and docs/configuration.md all walk it.
 *
 * Where operators or OpenTelemetry already have a name, that name is kept; the others begin with `SENTRIKAT_`.
 */
import { concerns, levels, type ConcernName, type ConcernRow, type Level } from '@sentrikat/file-exporter';

import { bridgeNames, defaultBridges, type BridgeName } from '../bridges/bridge-names.ts';
import { parseProxies, type TrustedProxies } from '../http/trusted-proxies.ts';

/** How the text of a variable becomes a value. */
interface Kind<Value> {
  /** What a good value looks like, for messages and documentation. */
  readonly says: string;
  /** Undefined for a text that is no such value. */
  readonly read: (text: string) => Value | undefined;
}

export interface Variable<Value = unknown> {
  readonly kind: Kind<NonNullable<Value>>;
  /** Undefined where `defaultSays` tells what happens instead. */
  readonly default: Value;
  readonly defaultSays?: string;
  readonly description: string;
}

/** What the variables say that are not about one concern. */
export interface GeneralValues {
  readonly LOG_DIR: string | undefined;
  readonly STORAGE_ROOT: string | undefined;
  readonly SENTRIKAT_SLOW_QUERY_MS: number;
  readonly SENTRIKAT_SLOW_ENDPOINT_MS: number;
  readonly SENTRIKAT_VERY_SLOW_ENDPOINT_MS: number;
  readonly SENTRIKAT_TIME_ZONE: 'local' | 'utc';
  readonly SENTRIKAT_EMPTY_FILE_ROLLOVER: boolean;
  readonly SENTRIKAT_TRUSTED_PROXIES: TrustedProxies | undefined;
  readonly SENTRIKAT_BRIDGES: readonly BridgeName[];
  readonly SENTRIKAT_REDACT_KEYS: readonly string[];
  readonly SENTRIKAT_REDACT_KEEP: readonly string[];
  readonly SENTRIKAT_COMPRESS_BACKUPS: boolean;
  readonly SENTRIKAT_FOREIGN_WRITERS: boolean;
  readonly SENTRIKAT_AUDIT_FAIL_CLOSED: boolean;
  readonly SENTRIKAT_AUDIT_LIFECYCLE: boolean;
  readonly SENTRIKAT_AUDIT_SIGNING_KEY: string | undefined;
  readonly SENTRIKAT_AUDIT_CHECKPOINT_LINES: number;
  readonly SENTRIKAT_AUDIT_CHECKPOINT_MS: number;
}

/** What three variables say for each concern. */
export interface ConcernValues {
  readonly MAX_BYTES: number;
  readonly BACKUPS: number;
  readonly FLOOR: Level;
}

const path: Kind<string> = { says: 'a directory', read: (text) => text };
const file: Kind<string> = { says: 'a file', read: (text) => text };
const proxies: Kind<TrustedProxies> = {
  says: 'a list of addresses, networks and "unix:", as in "10.0.0.0/8, 2001:db8::1"',
  read: parseProxies,
};
const bridges: Kind<readonly BridgeName[]> = {
  says: `a list of ${bridgeNames.join(', ')}; or none`,
  read: readBridges,
};
const keys: Kind<readonly string[]> = {
  says: 'a list of names between commas',
  read: (text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
};
const timeZone: Kind<'local' | 'utc'> = oneOf(['local', 'utc']);
const truth: Kind<boolean> = {
  says: 'true or false',
  read: (text) =>
    new Map([
      ['true', true],
      ['false', false],
    ]).get(text.toLowerCase()),
};
const level: Kind<Level> = oneOf(levels);
/** A day: what takes longer than that is no request or query. */
const millis: Kind<number> = wholeNumber(24 * 60 * 60 * 1000, 'milliseconds');
const interval: Kind<number> = wholeNumber(24 * 60 * 60 * 1000, 'milliseconds', 1);
const lines: Kind<number> = wholeNumber(1_000_000, 'lines', 1);
/** A tebibyte: beyond that a typing error is likelier than a wish. */
const bytes: Kind<number> = wholeNumber(2 ** 40, 'bytes');
/** Every rotation renames every backup while writers wait: 200 of them take 6 ms. */
const backups: Kind<number> = wholeNumber(1000, 'files');

const general: { readonly [Name in keyof GeneralValues]: Variable<GeneralValues[Name]> } = {
  LOG_DIR: {
    kind: path,
    default: undefined,
    defaultSays: '`$STORAGE_ROOT/logs`, else `/var/log/sentrikat`',
    description:
      'Where the seven files are. A file that cannot be opened there is written to `logs` in the working directory.',
  },
  STORAGE_ROOT: {
    kind: path,
    default: undefined,
    defaultSays: 'not set',
    description: 'One directory for all that a service stores; its `logs` is used where `LOG_DIR` is not set.',
  },
  SENTRIKAT_SLOW_QUERY_MS: {
    kind: millis,
    default: 200,
    description: 'A query, or a wait for a pooled connection, that takes longer is recorded in performance.log.',
  },
  SENTRIKAT_SLOW_ENDPOINT_MS: {
    kind: millis,
    default: 1000,
    description: 'A request that takes longer is recorded in performance.log as SLOW.',
  },
  SENTRIKAT_VERY_SLOW_ENDPOINT_MS: {
    kind: millis,
    default: 5000,
    description: 'A request that takes longer is recorded in performance.log as VERY SLOW, a WARNING.',
  },
  SENTRIKAT_TIME_ZONE: {
    kind: timeZone,
    default: 'local',
    description: 'Whose wall clock the text files show. The JSON files are always in UTC.',
  },
  SENTRIKAT_EMPTY_FILE_ROLLOVER: {
    kind: truth,
    default: false,
    description:
      'Whether a record as large as a whole file makes an empty file rotate, as Python did before 3.13. It leaves an empty backup.',
  },
  SENTRIKAT_TRUSTED_PROXIES: {
    kind: proxies,
    default: undefined,
    defaultSays: 'none: the client is whoever has made the connection',
    description:
      'Proxies whose `X-Forwarded-For` is believed, up to the first address that is not one of them. `unix:` is whoever comes over a unix socket, as nginx may. Without proxies the header counts for nothing.',
  },
  SENTRIKAT_BRIDGES: {
    kind: bridges,
    default: defaultBridges,
    defaultSays: `\`${defaultBridges.join(', ')}\``,
    description:
      'Whose records are written to the files too: loggers of the application, and `console`. A field `concern` of a call or child logger says which file.',
  },
  SENTRIKAT_REDACT_KEYS: {
    kind: keys,
    default: [],
    defaultSays: 'none beyond the built-in list',
    description:
      'Names of keys whose values are secrets as well, and are kept out of files and of what is sent. `*ref` stands for all that end so; case and punctuation do not count.',
  },
  SENTRIKAT_REDACT_KEEP: {
    kind: keys,
    default: [],
    defaultSays: 'none',
    description: 'Names of keys whose values are no secrets here, though they would be taken for some.',
  },
  SENTRIKAT_COMPRESS_BACKUPS: {
    kind: truth,
    default: false,
    description:
      'Whether rotated files are compressed, from the second on: `audit.log.2.gz`. The first stays as it is for whoever ships the file; one that ships all backups has to leave out `*.gz`, or to understand it.',
  },
  SENTRIKAT_FOREIGN_WRITERS: {
    kind: truth,
    default: false,
    description:
      'Whether other programs append to the files without their lock (`>>` in a shell). Half a line at the end of a file then gets an end, as it may be theirs, instead of being moved aside.',
  },
  SENTRIKAT_AUDIT_FAIL_CLOSED: {
    kind: truth,
    default: false,
    description:
      'Whether `audit.record()` rejects where audit.log cannot be opened in the log directory, and without the preload, where it would do nothing.',
  },
  SENTRIKAT_AUDIT_LIFECYCLE: {
    kind: truth,
    default: false,
    description:
      'Whether audit.log says when a process starts and stops to write it, and when it could not be written (PCI DSS 10.2.1.6). docs/events.md has the events.',
  },
  SENTRIKAT_AUDIT_SIGNING_KEY: {
    kind: file,
    default: undefined,
    defaultSays: 'no checkpoints',
    description:
      'An Ed25519 private key (PEM) with which checkpoints are signed, in audit.log and, as a copy that is sent on, in application.log.',
  },
  SENTRIKAT_AUDIT_CHECKPOINT_LINES: {
    kind: lines,
    default: 1000,
    description: 'With a signing key: a checkpoint follows after every so many lines of audit.log.',
  },
  SENTRIKAT_AUDIT_CHECKPOINT_MS: {
    kind: interval,
    default: 60_000,
    description: 'With a signing key: a checkpoint follows after this time, if a line was written in it.',
  },
};

function perConcern(row: ConcernRow): { readonly [Name in keyof ConcernValues]: Variable<ConcernValues[Name]> } {
  return {
    MAX_BYTES: {
      kind: bytes,
      default: row.maxBytes,
      description: `${row.file} rotates before it would reach this size; 0: never.`,
    },
    BACKUPS: {
      kind: backups,
      default: row.backups,
      description: `How many rotated files of ${row.file} are kept; 0: it never rotates.`,
    },
    FLOOR: { kind: level, default: row.floor, description: `The lowest level written to ${row.file}.` },
  };
}

/** `SENTRIKAT_AUDIT_MAX_BYTES` and its like. */
export function concernVariable(concern: ConcernName, name: keyof ConcernValues): string {
  return `${variablePrefix}${concern.toUpperCase()}_${name}`;
}

/** What begins like this is ours, the application's, or a mistake. */
export const variablePrefix = 'SENTRIKAT_';

export const variables: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ...Object.entries(general),
  ...concerns.flatMap((row) =>
    Object.entries(perConcern(row)).map(
      ([name, variable]) => [concernVariable(row.name, name as keyof ConcernValues), variable] as const,
    ),
  ),
]);

/** Variables that OpenTelemetry defines, and this preload honours: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export const openTelemetryVariables: readonly { readonly name: string; readonly description: string }[] = [
  { name: 'OTEL_SDK_DISABLED', description: '`true` switches the preload off: no files, no spans, nothing.' },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description: 'Where logs and traces are sent as well, over HTTP. Nothing is sent anywhere without it.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    description: 'The same for one signal alone.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    description:
      '`http/protobuf` (the default) or `http/json`; also for one signal alone. gRPC is not part of the preload.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_TIMEOUT, OTEL_EXPORTER_OTLP_COMPRESSION, OTEL_EXPORTER_OTLP_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_KEY',
    description: 'As specified; also for one signal alone.',
  },
  {
    name: 'OTEL_LOGS_EXPORTER, OTEL_TRACES_EXPORTER',
    description: '`none` switches the sending of a signal off. The files are written regardless.',
  },
  {
    name: 'OTEL_BLRP_*, OTEL_BSP_*',
    description: 'Queue, batch and delay of what is sent. The files have no queue that drops.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG',
    description: 'Which traces are sent. Access lines and slow queries are recorded whatever the sampler decides.',
  },
  { name: 'OTEL_PROPAGATORS', description: 'How trace context is read from and written to requests.' },
  {
    name: 'OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES',
    description: 'Who sends. The files do not repeat it in every line.',
  },
  {
    name: 'OTEL_NODE_RESOURCE_DETECTORS',
    description:
      'What is found out about host and process. Default `env,host,os,serviceinstance`; `process` would send the command line, secrets included.',
  },
  {
    name: 'OTEL_LOGRECORD_ATTRIBUTE_*, OTEL_ATTRIBUTE_*, OTEL_SPAN_*',
    description: 'Limits of records and spans.',
  },
  {
    name: 'OTEL_LOG_LEVEL',
    description: 'Prints OpenTelemetry’s own diagnostics from this level on; nothing by default.',
  },
];

function oneOf<const Value extends string>(values: readonly Value[]): Kind<Value> {
  return {
    says: `one of ${values.join(', ')}`,
    read: (text) => values.find((value) => value.toLowerCase() === text.toLowerCase()),
  };
}

/** `none` alone, or names between commas. */
function readBridges(text: string): readonly BridgeName[] | undefined {
  if (text.toLowerCase() === 'none') return [];
  const names = text.split(',').map((name) => bridgeNames.find((known) => known === name.trim().toLowerCase()));
  return names.includes(undefined) ? undefined : (names as BridgeName[]);
}

function wholeNumber(most: number, unit: string, least = 0): Kind<number> {
  return {
    says: `a whole number of ${unit}, ${least === 0 ? '' : `at least ${least} and `}at most ${most}`,
    read(text) {
      const number = Number(text);
      return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
    },
  };
}
