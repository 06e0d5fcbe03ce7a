/** Any value of an application's as plain data, which can then be walked without running code of its own. Pure. */
import { errorMessage } from '../process/error-chain.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Far more than a line of a file can show. */
const maxCharacters = 256 * 1024;

/**
 * What `JSON.stringify` makes of it, `toJSON` included; a bigint as its digits. What cannot be read, and what is far too large,
 * becomes a string that says so; undefined stays undefined. Never throws.
 */
export function asJson(value: unknown): Json | undefined {
  try {
    const text = JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) as
      | string
      | undefined;
    if (text === undefined) return undefined;
    return text.length > maxCharacters ? `[cut, ${text.length} characters]` : (JSON.parse(text) as Json);
  } catch (error) {
    return `[unreadable: ${errorMessage(error)}]`;
  }
}
