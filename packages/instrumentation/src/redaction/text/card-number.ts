/**
 * Payment card numbers: 13 to 19 digits of an issuer's range whose check digit is right, in one run or in the groups
 * that are printed on cards. Digits inside longer runs, and beside letters that make them hexadecimal, belong to
 * something else; so does what begins with 1, as times in milli-, micro- and nanoseconds do.
 *
 * @see https://www.iso.org/standard/70484.html (ISO/IEC 7812-1, annex B: the Luhn formula)
 */
import { charactersOf, digits, endOfRun, isIn } from './character-set.ts';
import { markOf, type Detector, type Found } from './detector.ts';

const kind = 'card-number';

const fewestDigits = 13;
const mostDigits = 19;

/** Longer ones first: the last group of 19 digits would else be left behind. */
const layouts: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
];

/** First digits, as a range, and the lengths that are issued. */
const issuers: readonly { readonly from: string; readonly to: string; readonly lengths: readonly number[] }[] = [
  { from: '4', to: '4', lengths: [13, 16, 19] },
  { from: '51', to: '55', lengths: [16] },
  { from: '2221', to: '2720', lengths: [16] },
  { from: '34', to: '34', lengths: [15] },
  { from: '37', to: '37', lengths: [15] },
  { from: '300', to: '305', lengths: [14, 16, 17, 18, 19] },
  { from: '3095', to: '3095', lengths: [14, 16] },
  { from: '36', to: '36', lengths: [14, 15, 16, 17, 18, 19] },
  { from: '38', to: '39', lengths: [14, 16, 17, 18, 19] },
  { from: '3528', to: '3589', lengths: [16, 17, 18, 19] },
  { from: '50', to: '50', lengths: [13, 14, 15, 16, 17, 18, 19] },
  { from: '56', to: '69', lengths: [13, 14, 15, 16, 17, 18, 19] },
];

const hexDigits = charactersOf('09', 'af', 'AF');
/** As a range. */
const firstDigits = '2-6';

export const cardNumber: Detector = {
  kinds: [kind],
  fewestCharacters: fewestDigits,
  at: firstDigits,
  where: String.raw`\d{3}(?:\d{9}|[ .-]\d{4}[ .-]\d{4}|[ .-]\d{6}[ .-])`,
  match(text, at) {
    // The digits of an escape (`%20`) are not the number's.
    if (text.charAt(at - 1) === '%') return at;
    const runEnd = endOfRun(digits, text, at, at + mostDigits + 1);
    if (continuesNumber(text, at)) return runEnd;
    if (runEnd - at >= fewestDigits) {
      if (isFraction(text, at)) return runEnd;
      return !isIn(hexDigits, text, runEnd) && isCardNumber(text.slice(at, runEnd)) ? found(at, runEnd) : runEnd;
    }
    for (const layout of layouts) {
      const end = endOfGroups(text, at, layout);
      if (end > at && isCardNumber(text.slice(at, end))) return found(at, end);
    }
    return at;
  },
};

function found(start: number, end: number): Found {
  return { start, end, replacement: markOf(kind) };
}

/** The check digit, which is the quickest to see, refuses nine of ten. */
export function isCardNumber(number: string): boolean {
  return hasCheckDigit(number) && isIssued(number.replaceAll(/\D/g, ''));
}

function isIssued(number: string): boolean {
  return issuers.some(({ from, to, lengths }) => {
    const beginning = number.slice(0, from.length);
    return beginning >= from && beginning <= to && lengths.includes(number.length);
  });
}

function hasCheckDigit(number: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let index = number.length - 1; index >= 0; index--) {
    const digit = number.charCodeAt(index) - 0x30;
    // Between groups.
    if (digit < 0) continue;
    sum += !isDoubled ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

/** Behind groups of these lengths with the same separator between all of them; `start` where they are others. */
function endOfGroups(text: string, start: number, layout: readonly number[]): number {
  let end = start;
  for (const length of layout) {
    if (end > start) {
      if (text.charAt(end) !== text.charAt(start + 4)) return start;
      end++;
    }
    if (endOfRun(digits, text, end, end + length + 1) !== end + length) return start;
    end += length;
  }
  return isIn(hexDigits, text, end) ? start : end;
}

/** `0.4111111111111111` */
function isFraction(text: string, at: number): boolean {
  return text.charAt(at - 1) === '.' && isIn(digits, text, at - 2);
}

/** Whether there is a digit before it, or a hexadecimal letter, that is no escape's. */
function continuesNumber(text: string, at: number): boolean {
  return isIn(hexDigits, text, at - 1) && text.charAt(at - 3) !== '%';
}
