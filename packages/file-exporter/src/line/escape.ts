/**
 * Makes text from anywhere safe inside one physical line of a text log: nothing in it can end the line, move a
 * terminal's cursor, or make a reader see another order of characters than the file holds.
 *
 * Escaped, as `\n`, `\r`, `\t`, `\xNN` or `\uNNNN`: C0 and C1 control characters and DEL (terminals act on all three), the line
 * separators U+2028 and U+2029, the bidirectional controls (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters), and the invisible U+200B,
 * U+2060 and U+FEFF. Everything else, backslashes too, stays as it is, as Python writes it.
 */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/;
const allUnsafe = new RegExp(unsafe, 'g');

export function escapeText(text: string): string {
  return unsafe.test(text) ? text.replace(allUnsafe, escapeCharacter) : text;
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return named[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
