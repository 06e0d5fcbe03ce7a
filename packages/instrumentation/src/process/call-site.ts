/** Where the application has called an API: what the text files show as `module (function:line)`. */
import { getCallSites } from 'node:util';

import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CODE_FILE_PATH,
  ATTR_CODE_FUNCTION_NAME,
  ATTR_CODE_LINE_NUMBER,
} from '@opentelemetry/semantic-conventions';

import { pathOf } from './stack-frame.ts';

/** `depth`: how many calls lie between the application's and this one. Some microseconds: for what happens now and then. */
export function callSite(depth: number): Attributes {
  const site = getCallSites(depth + 2)[depth + 1];
  if (site === undefined) return {};
  const { scriptName, functionName, lineNumber } = site;
  return {
    [ATTR_CODE_FILE_PATH]: pathOf(scriptName),
    [ATTR_CODE_FUNCTION_NAME]: functionName,
    [ATTR_CODE_LINE_NUMBER]: lineNumber,
  };
}
