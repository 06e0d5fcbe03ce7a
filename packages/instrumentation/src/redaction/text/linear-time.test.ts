/**
 * The work grows as the text does, whatever is in it. It is counted, in characters that are looked at, and not timed; that of
 * the readings without escapes, none of which is longer, is not counted again.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createSecretKeys } from '../secret-keys.ts';
import { createDetectors } from './detectors.ts';
import { hostileBeginnings, hostileUnits } from './hostile-texts.test-corpus.ts';
import { placesOf, TextRedaction } from './text-redaction.ts';

const detectors = createDetectors(createSecretKeys());
const redaction = new TextRedaction(detectors);

/** What the redaction uses of a text. */
class CountedText {
  steps = 0;
  readonly #text: string;
  readonly length: number;

  constructor(text: string) {
    this.#text = text;
    this.length = text.length;
  }

  charCodeAt(at: number): number {
    this.steps++;
    return this.#text.charCodeAt(at);
  }

  charAt(at: number): string {
    this.steps++;
    return this.#text.charAt(at);
  }

  slice(start: number, end: number = this.length): string {
    this.steps += Math.max(0, end - start);
    return this.#text.slice(start, end);
  }

  startsWith(text: string, at: number): boolean {
    this.steps += text.length;
    return this.#text.startsWith(text, at);
  }

  lastIndexOf(text: string, from: number): number {
    const at = this.#text.lastIndexOf(text, from);
    this.steps += from - at;
    return at;
  }

  indexOf(text: string, from: number): number {
    const at = this.#text.indexOf(text, from);
    this.steps += (at === -1 ? this.length : at) - from + 1;
    return at;
  }

  /** For the expression, which goes on from where it was. */
  [Symbol.toPrimitive](): string {
    this.steps++;
    return this.#text;
  }
}

function stepsOf(text: string): number {
  const counted = new CountedText(text);
  redaction.redact(counted as unknown as string);
  return counted.steps;
}

const [shortLength, longLength] = [256, 4096];
/**
 * Sixteen times the text is sixteen times the work, and were it quadratic 256 times. Some times as much may come of what looks
 * like an escape at one length, and is hidden in a secret at the other.
 */
const mostRatio = 64;
/** For each character: at a place, a name of up to 64 characters is looked at. */
const mostSteps = 100;

test.each(hostileUnits)('%j again and again', (unit) => {
  for (const beginning of hostileBeginnings) {
    const { ratio, stepsPerCharacter } = growthOf(beginning, unit);
    expect(ratio, beginning).toBeLessThan(mostRatio);
    expect(stepsPerCharacter, beginning).toBeLessThan(mostSteps);
  }
});

test('several of them in turn', () => {
  const several = fc
    .array(fc.constantFrom(...hostileUnits), { minLength: 2, maxLength: 5 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.constantFrom(...hostileBeginnings), several, (beginning, unit) => {
      const { ratio, stepsPerCharacter } = growthOf(beginning, unit);
      expect(ratio).toBeLessThan(mostRatio);
      expect(stepsPerCharacter).toBeLessThan(mostSteps);
    }),
    { numRuns: 2000 },
  );
});

function growthOf(beginning: string, unit: string): { readonly ratio: number; readonly stepsPerCharacter: number } {
  const ofLength = (characters: number) => beginning + unit.repeat(Math.ceil(characters / unit.length));
  const [short, long] = [stepsOf(ofLength(shortLength)), stepsOf(ofLength(longLength))];
  return { ratio: long / short, stepsPerCharacter: long / longLength };
}

test('the expression repeats nothing without a limit, and refers to nothing it has found', () => {
  const { source } = placesOf(detectors);
  const outsideClasses = source.replaceAll(/\\./g, '.').replaceAll(/\[[^\]]*\]/g, '.');
  expect(outsideClasses).not.toMatch(/[*+]|\{\d+,\}/);
  expect(source).not.toMatch(/\\[1-9k]/);
  const limits = [...outsideClasses.matchAll(/\{(?:\d+,)?(\d+)\}/g)].map(([, most]) => Number(most));
  expect(Math.max(...limits)).toBeLessThan(32);
});
