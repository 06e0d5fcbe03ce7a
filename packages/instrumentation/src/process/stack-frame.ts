/** Where an error was made: the first frame of its stack that lies in a file, in the words of the semantic conventions. */
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CODE_FILE_PATH,
  ATTR_CODE_FUNCTION_NAME,
  ATTR_CODE_LINE_NUMBER,
} from '@opentelemetry/semantic-conventions';

/** `at Server.handler (file:///srv/app.js:12:7)`, `at /srv/app.js:12:7`; Node's own frames have no path. */
const frame =
  /^ {4}at (?:(?:async )?(?<name>[^(\n]{1,200}) \()?(?:file:\/\/)?(?<path>\/[^():\n]{1,1000}|[A-Z]:[^():\n]{1,1000}):(?<line>\d{1,9}):\d{1,9}\)?$/m;

export function codeAttributes(stack: string): Attributes {
  const { name, path, line } = frame.exec(stack)?.groups ?? {};
  if (path === undefined) return {};
  return {
    [ATTR_CODE_FILE_PATH]: path,
    [ATTR_CODE_FUNCTION_NAME]: name?.trim(),
    [ATTR_CODE_LINE_NUMBER]: Number(line),
  };
}
