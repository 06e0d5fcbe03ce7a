/**
 * The largest things a line may hold. A record is a client's to influence, so each of them has a bound; what is cut is
 * cut visibly.
 */

/** Characters of one value: a message, a path, a stack. Longer than any stack V8 prints by default, shorter than a datagram. */
export const maxValueCharacters: number = 16 * 1024;

/** Characters of all values of one line together, so that 128 attributes of 16 Ki cannot make a line of megabytes. */
export const maxLineCharacters: number = 128 * 1024;

/** Objects inside objects; what lies deeper is shown as `[deep]`. */
export const maxDepth = 8;

/** Keys of one object or items of one array. */
export const maxEntries = 128;

/** `text` itself, or its beginning with a mark that says how long it was. Never splits a surrogate pair. */
export function cut(text: string, maxCharacters: number = maxValueCharacters): string {
  if (text.length <= maxCharacters) return text;
  const end = isHighSurrogate(text.charCodeAt(maxCharacters - 1)) ? maxCharacters - 1 : maxCharacters;
  return `${text.slice(0, end)}...[cut, ${text.length} characters]`;
}

function isHighSurrogate(codeUnit: number): boolean {
  return codeUnit >= 0xd800 && codeUnit <= 0xdbff;
}
