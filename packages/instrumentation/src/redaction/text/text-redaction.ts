/**
 * Takes the secrets out of texts. One regular expression, made of what the detectors say, goes to the places where
 * one of them wants to look: in ordinary text there is none.
 *
 * A text with escapes is read as it is, and again as it reads when they are resolved, a few times over (see
 * `escapes.ts`). What is a secret in any of these readings is taken out of the text as it is written.
 *
 * The time is linear in the text, whatever is in it. The expression is one character with short assertions about what
 * is around it, and repeats nothing without a limit; what a detector has found is not looked at again, and where it
 * has looked in vain it is not asked again. No reading is longer than the text, and there are few.
 */
import { charactersOf, isIn } from './character-set.ts';
import type { Detector, Found } from './detector.ts';
import { escapePlaces, resolved } from './escapes.ts';
import { whereWritten } from './where-written.ts';

/** A URL in a URL in a URL, in JSON. Deeper ones no program writes, and who does by hand betrays only what is his own. */
const mostLayers = 4;

/** At whose places there may be an escape, where there is no secret. */
const ofEscapes = charactersOf('26', '\\');

const none: readonly Found[] = [];

export class TextRedaction {
  /** How many secrets the text had that was redacted last. */
  found = 0;
  readonly #places: RegExp;
  readonly #fewestCharacters: number;
  readonly #detectors: readonly Detector[];
  /** Which detectors are asked, by their index, at the character of each code. */
  readonly #asked: readonly (readonly number[])[];
  /** Up to where each detector has looked in vain. */
  readonly #looked: Int32Array;
  #hasLookedInVain = false;
  #mayHaveEscapes = false;

  constructor(detectors: readonly Detector[]) {
    this.#places = placesOf(detectors);
    this.#fewestCharacters = Math.min(...detectors.map(({ fewestCharacters }) => fewestCharacters));
    this.#detectors = detectors;
    this.#looked = new Int32Array(detectors.length);
    prime(this.#places);
    const classes = detectors.map(({ at }) => new RegExp(`[${at}]`));
    this.#asked = Array.from({ length: 128 }, (_, code) =>
      [...detectors.keys()].filter((index) => classes[index]!.test(String.fromCharCode(code))),
    );
  }

  /** The text without its secrets, up to `end`, across which a secret is followed; the same text where it has none. */
  redact(text: string, end: number = text.length): string {
    this.found = 0;
    if (text.length < this.#fewestCharacters) return text;
    const place = this.#nextPlace(text, 0);
    if (place === -1) return end < text.length ? text.slice(0, end) : text;
    const secrets = this.#secretsIn(text, end, place, mostLayers);
    this.found = secrets.length;
    return secrets.length === 0 && end === text.length ? text : without(secrets, text, end);
  }

  /** From `firstPlace`, and also where they can only be seen without escapes: as many layers of them are resolved. */
  #secretsIn(text: string, end: number, firstPlace: number, layers: number): readonly Found[] {
    const secrets = this.#secretsFrom(firstPlace, text, end);
    if (!this.#mayHaveEscapes || layers === 0) return secrets;
    const reading = resolved(text);
    const place = this.#nextPlace(reading, 0);
    if (reading === text || place === -1) return secrets;
    const found = this.#secretsIn(reading, reading.length, place, layers - 1);
    if (found.length === 0) return secrets;
    const inReading = whereWritten(found, reading, text).filter(({ start }) => start < end);
    // Of two at the same place, what stands there is what the reading shows.
    return merged([...inReading, ...secrets]);
  }

  #secretsFrom(firstPlace: number, text: string, end: number): readonly Found[] {
    if (this.#hasLookedInVain) this.#looked.fill(0);
    this.#hasLookedInVain = false;
    this.#mayHaveEscapes = false;
    let secrets: Found[] | undefined;
    let at = firstPlace;
    while (at !== -1 && at < end) {
      const found = this.#find(text, at);
      if (found === undefined) this.#mayHaveEscapes ||= isIn(ofEscapes, text, at);
      else if (found.start < end) {
        // Most texts that have one have no other, for which there would be room in a list that grows.
        if (secrets === undefined) secrets = [found];
        else secrets.push(found);
      }
      at = this.#nextPlace(text, found?.end ?? at + 1);
    }
    return secrets ?? none;
  }

  /** The expression matches one character, so its end says where it is: an answer of `exec` would have to be made. */
  #nextPlace(text: string, from: number): number {
    if (from === text.length) return -1;
    const places = this.#places;
    places.lastIndex = from;
    return places.test(text) ? places.lastIndex - 1 : -1;
  }

  #find(text: string, at: number): Found | undefined {
    for (const index of this.#asked[text.charCodeAt(at)]!) {
      if (at < this.#looked[index]!) continue;
      const answer = this.#detectors[index]!.match(text, at);
      if (typeof answer !== 'number') return answer;
      this.#looked[index] = answer;
      this.#hasLookedInVain = true;
    }
    return undefined;
  }
}

/**
 * V8 compiles an expression at its second use, and lays the search out for the characters of the text it is used on
 * then: for one of digits, all others take twice as long. (Once for texts of Latin characters, and once for others.)
 */
function prime(expression: RegExp): void {
  const ordinary = 'GET /users/17?page=2 took 12.5 ms: the quick brown fox-trot (file:///srv/app/lazy_dog.js:12:34)';
  for (const text of [ordinary, ordinary, `${ordinary} ✓`, `${ordinary} ✓`]) {
    expression.lastIndex = 0;
    expression.exec(text);
  }
}

/** In their order, and one of those that overlap. */
function merged(secrets: readonly Found[]): Found[] {
  const all: Found[] = [];
  for (const next of secrets.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = all.at(-1);
    if (last === undefined || next.start >= last.end) all.push(next);
    else if (next.end > last.end) all[all.length - 1] = { ...last, end: next.end };
  }
  return all;
}

function without(secrets: readonly Found[], text: string, end: number): string {
  let redacted = '';
  let copied = 0;
  for (const secret of secrets) {
    redacted += text.slice(copied, secret.start) + secret.replacement;
    copied = secret.end;
  }
  return redacted + text.slice(copied, end);
}

/**
 * Detectors that look at the same characters stand in one alternative, so that most characters are refused by the
 * first.
 */
export function placesOf(detectors: readonly Detector[]): RegExp {
  const byCharacter = Map.groupBy([...detectors, ...escapePlaces], ({ at }) => at);
  const alternatives = [...byCharacter].map(([at, all]) => `[${at}](?=${all.map(({ where }) => where).join('|')})`);
  return new RegExp(alternatives.join('|'), 'g');
}
