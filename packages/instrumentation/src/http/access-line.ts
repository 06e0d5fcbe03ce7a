/**
 * The message of an access record:
 *
 *     METHOD path status 12.34ms user:<id|anonymous> ip:<address> ua:"<user agent>"
 *
 * Method, path, user and user agent are the client's to choose, so none of them may pass for another field. In every
 * field a quote, a backslash and whatever is not printable ASCII is written `\xHH`, above U+00FF `\uHHHH` (UTF-16 code
 * units); a space as well, except in the quoted user agent. A field that is absent or empty is `-` (the user:
 * `anonymous`); one that merely says so has its first character escaped. A field longer than its limit ends in `\+` and the number of
 * code units left out. So a line always reads back as exactly the fields that went in, and the longest one stays
 * below the 16 Ki characters at which the file exporter cuts a message: the closing quote is always there.
 */
import { asItIs, type Shown } from '../redaction/composed-body.ts';
import { roundMillis } from './completed-request.ts';

export interface AccessFields {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly durationMillis: number;
  readonly user?: string | undefined;
  readonly clientAddress?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** UTF-16 code units shown of a path and of a user agent: real ones are shorter, and six times this and more fits a line. */
export const maxFieldLength = 1024;

/** UTF-16 code units shown of a method, an address or a user id; an address or a UUID has at most 45. */
export const maxNameLength = 256;

export function formatAccessLine(fields: AccessFields, shown: Shown = asItIs): string {
  const { status, durationMillis } = fields;
  const method = formatField(fields.method);
  const path = formatField(shown(fields.path), maxFieldLength);
  const user = formatField(fields.user && shown(fields.user), maxNameLength, 'anonymous');
  const address = formatField(fields.clientAddress && shown(fields.clientAddress));
  const agent = formatField(fields.userAgent && shown(fields.userAgent), maxFieldLength, '-', unsafeInQuotes);
  return `${method} ${path} ${status} ${roundMillis(durationMillis).toFixed(2)}ms user:${user} ip:${address} ua:"${agent}"`;
}

const unsafe = /[^!#-[\]-~]/g;
const unsafeInQuotes = /[^ !#-[\]-~]/g;

/** One field of a message, which no value can leave; see the head of this file. */
export function formatField(
  value: string | undefined,
  maxLength: number = maxNameLength,
  absent = '-',
  escaped: RegExp = unsafe,
): string {
  if (value === undefined || value === '') return absent;
  if (value === absent) return escapeCodeUnit(value) + value.slice(1);
  if (value.length <= maxLength) return value.replace(escaped, escapeCodeUnit);
  return `${value.slice(0, maxLength).replace(escaped, escapeCodeUnit)}\\+${value.length - maxLength}`;
}

function escapeCodeUnit(text: string): string {
  const code = text.charCodeAt(0);
  return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}
