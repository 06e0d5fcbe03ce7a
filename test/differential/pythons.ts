/**
 * The Pythons of this machine. CPython has two rules about empty files (see `RotationPolicy`), and point releases have changed
 * from one to the other, so an interpreter is asked which rule it keeps rather than which version it is.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Python {
  readonly command: string;
  readonly version: string;
  /** Whether it rotates an empty file for a record as large as the limit. */
  readonly emptyFileRollover: boolean;
  /** Whether the rule is not its own, but written down in rotating_handler.py, as no Python here keeps it. */
  readonly isRuleImitated: boolean;
}

/** One Python for each rule: the first found that keeps it, or else the first found with the rule written down by us. */
export function findPythons(): readonly Python[] {
  const found = new Map<boolean, Python>();
  for (const command of candidates()) {
    const python = probe(command);
    if (python !== undefined && !found.has(python.emptyFileRollover)) found.set(python.emptyFileRollover, python);
    if (found.size === 2) break;
  }
  const [first] = found.values();
  if (first === undefined) {
    throw new Error(
      'NO_PYTHON: "python3" does not run here, or is older than 3.10\n  why   the writer is compared with Python’s own handler\n  do    install Python 3.10 or later',
    );
  }
  return [true, false].map(
    (emptyFileRollover) => found.get(emptyFileRollover) ?? { ...first, emptyFileRollover, isRuleImitated: true },
  );
}

function* candidates(): Generator<string> {
  yield 'python3';
  yield* globSync(join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions/3.*/bin/python3'));
  for (let minor = 20; minor >= 10; minor--) yield `python3.${minor}`;
}

const question = `
import logging, logging.handlers, platform
handler = logging.handlers.RotatingFileHandler("/dev/null", maxBytes=1, delay=True)
handler.baseFilename = ${JSON.stringify(import.meta.filename)}
handler.stream = type("EmptyFile", (), {"seek": lambda *_: 0, "tell": lambda *_: 0})()
record = logging.LogRecord("a", logging.INFO, "a.py", 1, "x", None, None)
print(platform.python_version(), bool(handler.shouldRollover(record)))
handler.stream = None
`;

function probe(command: string): Python | undefined {
  const { status, stdout } = spawnSync(command, ['-c', question], { encoding: 'utf8' });
  const [version = '', rollsOver] = status === 0 ? stdout.trim().split(' ') : [];
  const [, minor = 0] = version.split('.').map(Number);
  // Before 3.10, links to devices were rotated (https://bugs.python.org/issue45401).
  if (minor < 10) return undefined;
  return { command, version, emptyFileRollover: rollsOver === 'True', isRuleImitated: false };
}
