/** Writing processes: started, killed, started again; and what they have said of their lines. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { stop, type Numbers, type Orders, type Report, type SuddenDeath } from './life.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What a life has told of its lines. */
export interface Testimony {
  /** The lines up to these numbers are in the files. */
  readonly flushed: Partial<Numbers>;
  /** Numbers of the lines that are on the platter. */
  readonly durable: ReadonlySet<number>;
  /** Numbers of the lines that may be missing, as the caller was told, and why. */
  readonly rejected: ReadonlyMap<number, string>;
  /** What the writer has told its operator. */
  readonly events: readonly string[];
}

export interface WritersOptions extends Pick<Orders, 'directory' | 'hasForeignWriters' | 'compressBackups'> {
  readonly count: number;
  readonly random: SeededRandom;
}

const program = fileURLToPath(new URL('fixtures/writer.ts', import.meta.url));
const stopMillis = 30_000;

export class Writers {
  /** Lives that a SIGKILL has ended. */
  kills = 0;
  /** Ends that nobody has brought about. */
  readonly unexpectedEnds: string[] = [];
  readonly #options: WritersOptions;
  readonly #testimonies = new Map<string, Testimony>();
  readonly #lives: number[];
  readonly #children = new Map<number, ChildProcess>();
  readonly #ends: Promise<void>[] = [];
  #isStopping = false;

  constructor(options: WritersOptions) {
    this.#options = options;
    this.#lives = Array.from({ length: options.count }, () => 0);
    for (const index of this.#lives.keys()) this.#start(index, 0);
  }

  /** By the name of the life. */
  get testimonies(): ReadonlyMap<string, Testimony> {
    return this.#testimonies;
  }

  /** Kills one of them; it starts again. */
  killOne(): void {
    this.#children.get(this.#options.random.between(0, this.#options.count - 1))?.kill('SIGKILL');
  }

  /** Lets all of them write what they hold, and end. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const child of this.#children.values()) child.send(stop, () => {});
    await this.#ended();
  }

  /** Leaves none behind, whatever has gone wrong. */
  end(): void {
    this.#isStopping = true;
    for (const child of this.#children.values()) child.kill('SIGKILL');
  }

  /** One more life, that writes so many lines to each file, and ends. */
  async finish(lines: number): Promise<void> {
    this.#start(0, lines);
    await this.#ended();
  }

  async #ended(): Promise<void> {
    const timer = setTimeout(() => {
      for (const child of this.#children.values()) child.kill('SIGABRT');
    }, stopMillis);
    await Promise.all(this.#ends);
    clearTimeout(timer);
  }

  #start(index: number, lines: number): void {
    const { directory, hasForeignWriters, compressBackups, random } = this.#options;
    this.#lives[index] = (this.#lives[index] ?? 0) + 1;
    const life = `w${String(index).padStart(2, '0')}.${this.#lives[index]}`;
    const orders: Orders = {
      directory,
      life,
      hasForeignWriters,
      compressBackups,
      lines,
      seed: random.between(1, 2 ** 30),
      death: lines > 0 ? undefined : chooseDeath(random),
    };
    // Most of a short life would be spent on compiling the same modules again.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, '..', 'compiled') };
    const child = fork(program, [JSON.stringify(orders)], { env });
    this.#children.set(index, child);
    this.#testimonies.set(life, hear(child));
    const ended = new Promise<void>((resolve) => {
      child.once('close', (code, signal) => {
        if (signal === 'SIGKILL') this.kills++;
        else if (code !== 0) this.unexpectedEnds.push(`${life} has ended with ${signal ?? code}`);
        if (!this.#isStopping) this.#start(index, 0);
        resolve();
      });
    });
    this.#ends.push(ended);
  }
}

/** One of four lives ends at a bad moment of its own. */
function chooseDeath({ between, oneOf }: SeededRandom): SuddenDeath | undefined {
  if (between(1, 4) > 1) return undefined;
  return { during: oneOf(['renameSync', 'unlinkSync', 'writeSync']), after: between(0, 60) };
}

function hear(child: ChildProcess): Testimony {
  const flushed: Partial<Record<string, number>> = {};
  const durable = new Set<number>();
  const rejected = new Map<number, string>();
  const events: string[] = [];
  child.on('message', (report: Report) => {
    if (report.type === 'flushed') Object.assign(flushed, report.upTo);
    else if (report.type === 'durable') durable.add(report.number);
    else if (report.type === 'rejected') rejected.set(report.number, report.reason);
    else events.push(report.event);
  });
  return { flushed, durable, rejected, events };
}
