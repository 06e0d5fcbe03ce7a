/** Where an error was made: the first frame of its stack that lies in a file of others, in the words of the semantic conventions. */
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
  /^ {4}at (?:async )?(?:(?<name>[^(\n]{1,200}) \()?(?<file>(?:(?:file:\/\/)?\/|[A-Za-z]:[\\/]|\\\\).{1,1000}):(?<line>\d{1,9}):\d{1,9}\)?$/gm;

/** Where these packages are installed. The preload stands between a module that is not found and who has asked for it. */
const ownFile = /[\\/]@sentrikat[\\/](?:instrumentation|file-exporter)[\\/]dist[\\/]/;

export function codeAttributes(stack: string): Attributes {
  for (const { groups: { name, file = '', line } = {} } of stack.matchAll(frame)) {
    if (ownFile.test(file)) continue;
    return {
      [ATTR_CODE_FILE_PATH]: pathOf(file),
      [ATTR_CODE_LINE_NUMBER]: Number(line),
      ...(name === undefined ? {} : { [ATTR_CODE_FUNCTION_NAME]: name }),
    };
  }
  return {};
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
