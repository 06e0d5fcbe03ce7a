/**
 * Which way imports may point, and which files touch the world. What is not written here is not allowed: a new arrow or a
 * new file of the shell is a decision, made by adding a row.
 */

/** What a package may import besides itself and Node. */
interface Arrows {
  /** Packages of this workspace. */
  readonly ours: readonly string[];
  /** Packages from elsewhere: all it likes, or those named, at run time or for their types alone. */
  readonly others: 'any' | Readonly<Record<string, 'run time' | 'types'>>;
  /** A program of its own, which may reach whatever it is about. */
  readonly isApplication?: true;
}

export const packageArrows: Readonly<Record<string, Arrows>> = {
  'file-exporter': {
    ours: [],
    others: { '@opentelemetry/api': 'run time', '@opentelemetry/sdk-logs': 'types', '@opentelemetry/core': 'types' },
  },
  'instrumentation-ldapts': {
    ours: [],
    others: {
      '@opentelemetry/api': 'run time',
      '@opentelemetry/instrumentation': 'run time',
      '@opentelemetry/semantic-conventions': 'run time',
    },
  },
  instrumentation: { ours: ['@sentrikat/file-exporter', '@sentrikat/instrumentation-ldapts'], others: 'any' },
  'example-service': { ours: ['@sentrikat/instrumentation'], others: 'any', isApplication: true },
};

/** A room of file-exporter: a folder, or the files named. What is in none of them joins the rooms and may import all. */
interface Room {
  readonly files?: readonly string[];
  readonly mayImport: readonly string[];
  /** Modules of Node; with none of them, or arithmetic alone, its results follow from its arguments. */
  readonly ofNode: 'any' | readonly string[];
}

/** Inside file-exporter: record → line → when to rotate, what to seal → bytes to disk → what the bytes prove. */
export const rooms: Readonly<Record<string, Room>> = {
  record: { files: ['attribute-list.ts', 'concerns.ts', 'route.ts', 'severity.ts'], mayImport: [], ofNode: [] },
  line: { mayImport: ['record'], ofNode: [] },
  rotation: { mayImport: [], ofNode: [] },
  trail: { mayImport: [], ofNode: ['node:crypto'] },
  disk: { mayImport: ['rotation', 'trail'], ofNode: 'any' },
  verify: { mayImport: ['rotation', 'trail', 'disk'], ofNode: 'any' },
  model: { mayImport: ['rotation', 'trail', 'disk'], ofNode: 'any' },
};

/** Parts of the outside world. */
export type Reach = 'console' | 'disk' | 'network' | 'process';

/** The thin shell. */
export const shellFiles: Readonly<Record<string, { readonly reaches: readonly Reach[]; readonly why: string }>> = {
  'packages/file-exporter/src/disk/file-system.ts': {
    reaches: ['disk', 'process'],
    why: 'the one port to the disk; whose links it follows depends on who the process is',
  },
  'packages/file-exporter/src/disk/file-lock.ts': {
    reaches: ['process', 'disk'],
    why: 'loads node:sqlite, whose locks are the kernel’s, and silences the warning that Node prints for it',
  },
  'packages/file-exporter/src/end-of-process.ts': {
    reaches: ['process'],
    why: 'the exit event, which is the last chance to write',
  },
  'packages/instrumentation/src/register.ts': {
    reaches: ['process', 'disk'],
    why: 'the door: reads which process it is in, and prints past whatever the application has made of standard error',
  },
  'packages/instrumentation/src/audit.ts': {
    reaches: ['process'],
    why: 'one variable, which has to hold where the preload is missing',
  },
  'packages/instrumentation/src/audit/trail-life.ts': {
    reaches: ['process'],
    why: 'the number of the process that begins and ends to write the trail',
  },
  'packages/instrumentation/src/configuration/signing-key.ts': {
    reaches: ['disk'],
    why: 'a key, which a variable names by its path',
  },
  'packages/instrumentation/src/bridges/bridges.ts': {
    reaches: ['console'],
    why: 'the console is a logger that applications have, which is patched where they ask for it',
  },
  'packages/instrumentation/src/threads/thread-channel.ts': {
    reaches: ['process'],
    why: 'what the main thread leaves for the others to find',
  },
  'packages/instrumentation/src/threads/join-main-thread.ts': {
    reaches: ['process'],
    why: 'which thread it is in',
  },
  'packages/instrumentation/src/process/switched-off.ts': {
    reaches: ['process'],
    why: 'one variable, by which all of it is switched off, in a thread as well',
  },
  'packages/instrumentation/src/threads/thread-logger-provider.ts': {
    reaches: ['process'],
    why: 'a thread’s end of the channel to the main one',
  },
  'packages/instrumentation/src/threads/thread-records.ts': {
    reaches: ['process'],
    why: 'the main thread’s end of the channel to the others',
  },
  'packages/instrumentation/src/worker.ts': {
    reaches: ['process'],
    why: 'whether this is a worker, and the line it owes standard output',
  },
  'packages/instrumentation/src/process/patch-imports.ts': {
    reaches: ['network'],
    why: 'http and https are patched when they are required',
  },
  'packages/instrumentation/src/process/end-of-process.ts': {
    reaches: ['process'],
    why: 'the events and signals with which a process ends',
  },
  'packages/instrumentation/src/errors/answer-headers.ts': {
    reaches: ['network'],
    why: 'Node’s own checks of what may be a header; it connects to nobody',
  },
  'packages/instrumentation/src/http/observe-http.ts': {
    reaches: ['network'],
    why: 'the prototypes of Node’s servers, which are observed',
  },
  'packages/instrumentation/src/http/trusted-proxies.ts': {
    reaches: ['network'],
    why: 'Node’s arithmetic of addresses and networks; it connects to nobody',
  },
  'packages/instrumentation/src/http/http1-raw-requests.ts': {
    reaches: ['network'],
    why: 'Node’s class of messages, by which an upgrade is told from other servers’ events of that name',
  },
  'packages/instrumentation/src/pipeline/otlp.ts': {
    reaches: ['disk'],
    why: 'certificates and keys, which variables name by their path',
  },
  'packages/instrumentation/src/pipeline/unreferenced-agent.ts': {
    reaches: ['network'],
    why: 'the agent through which telemetry is sent',
  },
};
