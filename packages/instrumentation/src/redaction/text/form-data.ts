/**
 * Fields of a form of several parts, whose values stand two lines below their names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578#section-4.2
 */
import { markOf, type Detector } from './detector.ts';
import type { NamedValueOptions } from './secret-behind-name.ts';

/** Also where it is written out, in JSON, and in JSON in JSON. */
const lineEnd = String.raw`(?:\r?\n|(?:\\{1,15}r)?\\{1,15}n)`;
const header = String.raw`[^\r\n\\]{0,128}`;
const beforeName = 'form-data; name=';
/** The name with its quotes, and all up to the empty line. */
const beforeValue = new RegExp(
  String.raw`(\\{0,15}")([^"\\]{1,64})\1${header}(?:${lineEnd}${header}){0,4}?${lineEnd}${lineEnd}`,
  'y',
);
const delimiter = new RegExp(`${lineEnd}--`, 'g');

export function formField({ aboutName, isMark }: NamedValueOptions): Detector {
  return {
    kinds: [''],
    fewestCharacters: 'form-data; name="pin"\n\nx'.length,
    at: '=',
    where: String.raw`["\\](?<=${beforeName}.)`,
    match(text, at) {
      if (!text.startsWith(beforeName, at + 1 - beforeName.length)) return at;
      beforeValue.lastIndex = at + 1;
      const [, , name = ''] = beforeValue.exec(text) ?? [];
      if (name === '' || !aboutName(name, 0, name.length).isSecret) return at;
      const start = beforeValue.lastIndex;
      delimiter.lastIndex = start;
      const end = delimiter.exec(text)?.index ?? text.length;
      const value = text.slice(start, end);
      return value === '' || isMark(value) ? at : { start, end, replacement: markOf('') };
    },
  };
}
