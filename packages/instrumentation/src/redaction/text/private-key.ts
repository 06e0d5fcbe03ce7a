/**
 * Private keys in PEM, of any kind and also without their end, on lines or with `\n` written out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-2
 */
import { backslashes, charactersOf, isIn, nextOf, quotes, startOfRun } from './character-set.ts';
import { markOf, type Detector } from './detector.ts';
import { endsString } from './value-extent/string-end.ts';

const kind = 'private-key';

const begin = '-----BEGIN';
const end = '-----END';
const dashes = '-----';
/** `RSA PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`: of certificates and public keys nothing is taken. Forms have a plus sign for a space. */
const label = /PRIVATE[ +]KEY/;
const mostLabelCharacters = 64;

export const privateKey: Detector = {
  kinds: [kind],
  fewestCharacters: begin.length + ' PRIVATE KEY'.length,
  at: '-',
  where: '----BEGIN[ +]',
  match(text, start) {
    if (!text.startsWith(begin, start)) return start;
    const labelStart = start + begin.length;
    if (!label.test(text.slice(labelStart, labelStart + mostLabelCharacters))) return start;
    return { start, end: endOfKey(text, labelStart), replacement: markOf(kind) };
  },
};

const stops = charactersOf('-', '"', "'", '`');

/** Also without its last line, with the string that it stands in. */
function endOfKey(text: string, from: number): number {
  for (let at = nextOf(stops, text, from); at < text.length; at = nextOf(stops, text, at + 1)) {
    if (isIn(quotes, text, at)) {
      const escape = startOfRun(backslashes, text, at, at - from);
      if (endsString(text, escape)) return escape;
    } else if (text.startsWith(end, at)) {
      const close = text.indexOf(dashes, at + end.length);
      return close === -1 ? text.length : close + dashes.length;
    }
  }
  return text.length;
}
