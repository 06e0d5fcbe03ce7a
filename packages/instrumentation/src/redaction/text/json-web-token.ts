/**
 * JSON Web Tokens: base64url parts between dots, of which the first is a JSON object and so begins with `eyJ`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc7516#section-3.1 (encrypted: five parts, of which the second may be empty)
 */
import { base64Url, endOfRun } from './character-set.ts';
import { markOf, type Detector } from './detector.ts';

const kind = 'jwt';
/** `{"alg":""}` in base64url. */
const fewestHeaderCharacters = 15;
const mostParts = 5;

export const jsonWebToken: Detector = {
  kinds: [kind],
  fewestCharacters: fewestHeaderCharacters,
  at: 'J',
  where: '(?<=eyJ)',
  match(text, at) {
    const start = at - 2;
    const headerEnd = endOfRun(base64Url, text, start);
    let end = headerEnd;
    let parts = 1;
    while (parts < mostParts && text.charAt(end) === '.') {
      end = endOfRun(base64Url, text, end + 1);
      parts++;
    }
    const isWhole = parts >= 3 || (parts === 2 && text.startsWith('eyJ', headerEnd + 1));
    if (!isWhole || headerEnd - start < fewestHeaderCharacters) return headerEnd;
    return { start, end, replacement: markOf(kind) };
  },
};
