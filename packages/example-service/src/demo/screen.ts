/** What the demo shows: to a person at a terminal in colour and in place, to anything else as plain lines. */
import { clearLine, cursorTo } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

import cliTruncate from 'cli-truncate';

import type { FileReport } from './log-report.ts';

/** Of an output that does not know how wide it is. */
const defaultColumns = 120;
/** Rows of the screen that a sample may take: seven files and what to try next fit a laptop's terminal. */
const sampleRows = 3;

/** The part of a stream that is needed here. */
export type Output = NodeJS.WritableStream & Pick<WriteStream, 'isTTY' | 'columns'>;

export class Screen {
  readonly #output: Output;
  readonly #isColoured: boolean;
  #hasProgress = false;

  constructor(output: Output, environment: NodeJS.ProcessEnv) {
    this.#output = output;
    // https://no-color.org
    this.#isColoured = output.isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  }

  /** Says how far it is: on a terminal in one line that is written over, else a line each. */
  progress(done: number, of: number, title: string): void {
    if (!this.#output.isTTY) {
      this.line(`[${done}/${of}] ${title}`);
      return;
    }
    this.#clearProgress();
    const bar = this.#style('cyan', `${'█'.repeat(done)}${'░'.repeat(of - done)}`);
    this.#output.write(cliTruncate(`${bar} ${title}`, this.#columns));
    this.#hasProgress = true;
  }

  line(text: string = ''): void {
    this.#clearProgress();
    this.#output.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(`\n${this.#style('bold', text)}`);
  }

  /** A line for each file, and below it one of its records, as much as fits. */
  reports(reports: readonly FileReport[]): void {
    const width = Math.max(...reports.map(({ file }) => file.length));
    for (const { file, holds, lines, bytes, sample } of reports) {
      const name = this.#style(bytes === 0 ? 'red' : 'green', file.padEnd(width));
      const numbers = `${String(lines).padStart(6)} lines ${bytes.toLocaleString('en').padStart(9)} bytes`;
      this.line(cliTruncate(`${name} ${numbers}   ${holds}`, this.#columns));
      for (const row of rowsOf(sample, this.#columns - 2)) this.line(`  ${this.#style('dim', row)}`);
    }
  }

  /** Commands to copy, whole however narrow the screen is, each below what it shows. */
  commands(commands: readonly { readonly shows: string; readonly command: string }[]): void {
    for (const { shows, command } of commands) this.line(`${this.#style('dim', `# ${shows}`)}\n${command}`);
  }

  #style(style: 'bold' | 'cyan' | 'dim' | 'green' | 'red', text: string): string {
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text;
  }

  get #columns(): number {
    // Some terminals say 0 where they mean that they do not know.
    return this.#output.columns > 0 ? this.#output.columns : defaultColumns;
  }

  #clearProgress(): void {
    if (!this.#hasProgress) return;
    clearLine(this.#output, 0);
    cursorTo(this.#output, 0);
    this.#hasProgress = false;
  }
}

/** The text broken where a row ends; its end is cut off, visibly, where there would be too many rows. */
function rowsOf(text: string, width: number): string[] {
  const pieces = text.split('\n').flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? []);
  const rows = pieces.slice(0, sampleRows);
  if (pieces.length > sampleRows) rows[sampleRows - 1] = cliTruncate(`${rows.at(-1)} …`, width);
  return rows;
}
