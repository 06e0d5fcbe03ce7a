/** Where an error was made: the first frame of its stack that lies in a file, in the words of the semantic conventions. */
import { fileURLToPath } from 'node:url';

import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CODE_FILE_PATH,
  ATTR_CODE_FUNCTION_NAME,
  ATTR_CODE_LINE_NUMBER,
} from '@opentelemetry/semantic-conventions';

/**
 * `at Server.handler (/srv/app.js:12:7)`, `at async file:///srv/app.mjs:12:7`, `at C:\srv\app.js:12:7`. Node's own frames,
 * native and evaluated ones have no file. Names and paths that are longer than any are none.
 */
const frame =
  /^ {4}at (?:async )?(?:(?<name>[^(\n]{1,200}) \()?(?<file>(?:(?:file:\/\/)?\/|[A-Za-z]:[\\/]|\\\\).{1,1000}):(?<line>\d{1,9}):\d{1,9}\)?$/m;

export function codeAttributes(stack: string): Attributes {
  const { name, file, line } = frame.exec(stack)?.groups ?? {};
  if (file === undefined) return {};
  return {
    [ATTR_CODE_FILE_PATH]: pathOf(file),
    [ATTR_CODE_LINE_NUMBER]: Number(line),
    ...(name === undefined ? {} : { [ATTR_CODE_FUNCTION_NAME]: name }),
  };
}

/** ES modules are known by their URL, in which a path may be escaped; one that is no path stays as it is. */
export function pathOf(file: string): string {
  if (!file.startsWith('file:')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}
