/** Python's RotatingFileHandler, in one process for any number of sequences. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import type { Python } from './pythons.ts';
import type { Writer } from './writer.ts';

export interface PythonProcess {
  /** One writer at a time. */
  writer(deviations: readonly string[]): PythonWriter;
  end(): Promise<void>;
}

interface PythonWriter extends Writer {
  /** Names of the exceptions so far, each of which has cost a record. */
  readonly errors: readonly string[];
}

export function startPython(python: Python): PythonProcess {
  const script = new URL('rotating_handler.py', import.meta.url).pathname;
  const child = spawn(python.command, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const emptyFileRollover = python.isRuleImitated ? python.emptyFileRollover : null;

  return {
    writer(deviations) {
      const errors: string[] = [];
      const tell = async (command: object): Promise<void> => {
        child.stdin.write(`${JSON.stringify(command)}\n`);
        const answer = await answers.next();
        if (answer.done === true)
          throw new Error(`Python ${python.version} has ended; it was told ${JSON.stringify(command)}`);
        errors.push(...(JSON.parse(answer.value) as { errors: string[] }).errors);
      };
      return {
        errors,
        open: (path, rotation) => tell({ open: { path, ...rotation, deviations, emptyFileRollover } }),
        write: (lines) => tell({ write: lines }),
        close: () => tell({ close: true }),
      };
    },
    async end() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
