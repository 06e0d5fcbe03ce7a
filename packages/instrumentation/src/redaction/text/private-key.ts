/**
 * Private keys in PEM, of any kind and also without their end, on lines or with `\n` written out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-2
 */
import { markOf, type Detector } from './detector.ts';

const kind = 'private-key';

const begin = '-----BEGIN';
const endOfKey = '-----END';
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
    const endLine = text.indexOf(endOfKey, labelStart);
    const close = endLine === -1 ? -1 : text.indexOf(dashes, endLine + endOfKey.length);
    return { start, end: close === -1 ? text.length : close + dashes.length, replacement: markOf(kind) };
  },
};
