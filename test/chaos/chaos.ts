/**
 * Sixteen processes write to the same seven files, every moment one of them is killed, and in the end every line of which one had said that
 * it is written is there: once, whole, in its order, in files within their limits, and in an unbroken trail.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Archivist } from './archivist.ts';
import { bookkeepingPath, filesOnDisk, type Folders } from './files-on-disk.ts';
import { chaosConcerns } from './life.ts';
import { accountLines } from './line-account.ts';
import { createSeededRandom } from './seeded-random.ts';
import { movedConcern, Strangers } from './strangers.ts';
import { accountChain, accountForks } from './trail-account.ts';
import { Writers } from './writers.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Whether others use the files too: a logrotate, and a shell. */
  readonly hasStrangers: boolean;
  readonly compressBackups: boolean;
}

export interface ChaosFigures {
  readonly kills: number;
  readonly lives: number;
  readonly files: number;
  readonly compressedFiles: number;
  readonly lines: number;
  readonly foreignLines: number;
  readonly flushedLines: number;
  readonly durableLines: number;
  readonly rejectedLines: number;
  readonly sealedLines: number;
  readonly halfLines: number;
  readonly quarantinedBytes: number;
  /** What must not be, and is. */
  readonly faults: readonly string[];
}

const writerCount = 16;
/** More than the largest file takes. */
const lastLines = 200;

export async function runChaos(options: ChaosOptions): Promise<ChaosFigures> {
  const root = mkdtempSync(join(tmpdir(), 'chaos-'));
  try {
    const folders = { logs: join(root, 'logs'), archive: join(root, 'archive'), moved: join(root, 'moved') };
    for (const folder of Object.values(folders)) mkdirSync(folder);
    return verdict(folders, await wreak(folders, options), options);
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function wreak(
  folders: Folders,
  { seed, seconds, hasStrangers, compressBackups }: ChaosOptions,
): Promise<Writers> {
  const random = createSeededRandom(seed);
  const writers = new Writers({
    directory: folders.logs,
    hasForeignWriters: hasStrangers,
    compressBackups,
    random,
    count: writerCount,
  });
  const archivist = new Archivist(folders);
  const strangers = hasStrangers ? new Strangers(folders) : undefined;
  try {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      await sleep(random.between(50, 200));
      writers.killOne();
    }
    strangers?.end();
    await writers.stop();
    archivist.end();
    // The next rotation of each file finishes what a killed writer may have begun.
    await writers.finish(lastLines);
    return writers;
  } finally {
    strangers?.end();
    writers.end();
    archivist.end();
  }
}

function verdict(folders: Folders, writers: Writers, { hasStrangers, compressBackups }: ChaosOptions): ChaosFigures {
  const logs = chaosConcerns.map((row) => ({ row, ...filesOnDisk(folders, row.file) }));
  const accounts = logs.map(({ row, paths }) => {
    const movedTo = hasStrangers && row.name === movedConcern ? folders.moved : undefined;
    return accountLines({ row, paths, movedTo, isShared: hasStrangers }, writers.testimonies);
  });
  const trailPaths = logs.find(({ row }) => row.isTrail)?.paths ?? [];
  const trail = hasStrangers ? accountForks(trailPaths) : accountChain(trailPaths);
  const testimonies = [...writers.testimonies.values()];
  return {
    kills: writers.kills,
    lives: testimonies.length,
    files: total(logs, ({ paths }) => paths.length),
    compressedFiles: total(logs, ({ paths }) => paths.filter((path) => path.endsWith('.gz')).length),
    lines: total(accounts, ({ lines }) => lines),
    foreignLines: total(accounts, ({ foreignLines }) => foreignLines),
    flushedLines: total(accounts, ({ flushedLines }) => flushedLines),
    durableLines: total(testimonies, ({ durable }) => durable.size),
    rejectedLines: total(testimonies, ({ rejected }) => rejected.size),
    sealedLines: trail.sealedLines,
    halfLines: total(accounts, ({ halfLines }) => halfLines),
    quarantinedBytes: total(logs, ({ row }) => sizeOf(bookkeepingPath(folders.logs, row.file, 'torn'))),
    faults: [
      ...writers.unexpectedEnds,
      ...testimonies.flatMap(({ events, rejected }) =>
        [...events, ...rejected.values()].filter((each) => !isDueTo(each, hasStrangers)),
      ),
      ...accounts.flatMap(({ faults }) => faults),
      ...trail.faults,
      ...logs.flatMap(({ row, misnumbered }) =>
        hasStrangers && row.name === movedConcern
          ? []
          : misnumbered.map((number) => `there is not one ${row.file}.${number}`),
      ),
      ...leftOvers(folders.logs, compressBackups),
    ],
  };
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/** What writers may tell of without being at fault, and because of what. */
const allowed: readonly { readonly pattern: RegExp; readonly isStrangers: boolean }[] = [
  // Sixteen writers on a busy machine: a caller is told after five seconds, and the line is not written.
  { pattern: /^Error: LOCK_BUSY: /, isStrangers: false },
  // The file was renamed away with lines in it that were being synced: they are kept, but not where they were promised to be.
  { pattern: /^Error: FILE_GONE: .*audit\.log"/, isStrangers: true },
];

function isDueTo(trouble: string, hasStrangers: boolean): boolean {
  return allowed.some(({ pattern, isStrangers }) => pattern.test(trouble) && (hasStrangers || !isStrangers));
}

/** Besides the logs and their backups there are the locks, what torn writes have left, and a backup that was being compressed. */
function leftOvers(directory: string, compressBackups: boolean): string[] {
  const kept = ['lock', 'torn', ...(compressBackups ? ['gz', 'gz.lock'] : [])];
  const backup = compressBackups ? /^\.\d+(?:\.gz)?$/ : /^\.\d+$/;
  const isMeant = (name: string) =>
    chaosConcerns.some(
      ({ file }) =>
        name === file ||
        kept.some((ending) => name === `.sentrikat/${file}.${ending}`) ||
        (name.startsWith(file) && backup.test(name.slice(file.length))),
    );
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name !== '.sentrikat' && !isMeant(name))
    .map((name) => `left over: ${name}`);
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
