/**
 * The work grows as the text does, whatever is in it. It is counted, in characters that are looked at, and not timed; that of
 * the readings without escapes, none of which is longer, is not counted again.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { createSecretKeys } from '../secret-keys.ts';
import { createDetectors } from './detectors.ts';
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

/** Beginnings and ends of all that is looked for, and what goes between. */
const units = [
  ['eyJ', 'eyJhbGciOiJIUzI1NiJ9', 'eyJhbGciOiJIUzI1NiJ9.', 'eyJ.', 'eyJ.eyJ', '.eyJ'],
  ['Bearer ', 'bearer+', 'bearer%20', 'bearer%20a=', 'Bearer abcdefgh ', 'bearer bearer\t', 'Bearer', 'bearer  '],
  ['Basic ', 'basic+', 'basic%20', 'Basic x=', 'basic dXNlcjpw'],
  ['AKIA', 'ghp_', 'sk-', 'sk-proj-', 'SG.', 'xoxb-', 'pypi-', 'npm_a', 'ghp_ghp_', 'k-', 'p_'],
  ['-', '--', '-----BEGIN ', '-----BEGIN PRIVATE KEY', '-----BEGIN PRIVATE KEY-----', '-----END ', '-----BEGIN X-----'],
  ['4', '4111', '4111 ', '4111-', '41111111111111', '4111111111111112 ', '%20', '%204111', '2 '],
  [
    '://',
    'a://',
    'a://b',
    'a://b:',
    'a://b:c/',
    'a://b:c/d',
    'a://b@',
    'a://b:@',
    'a://b:c@',
    '@',
    ':/',
    String.raw`:\/\/a:b`,
  ],
  ['password=', 'password:', 'password= ', 'password="', "password='", 'password=""', 'password="\\', 'password=\\"'],
  ['password=[', 'password={', 'password=]', 'password=[]', 'password=,', 'password=a,', 'password=a,b=', 'password=;'],
  ['password=null ', 'password: [redacted] ', '"password":"[redacted]",', 'password[0]', 'password[', 'password]'],
  [
    'authorization: ',
    'authorization: denied ',
    'authorization: a="',
    'authorization: a=\\"',
    'cookie: \\',
    'cookie:\\n',
  ],
  ['token: bearer ', 'token: bearer bearer ', 'bearer: ', 'token bearer ', 'passphrase: '],
  ['?code=', '&sig=', 'token%3D', 'token%3D%22', 'token%3D%26', '%3D', '%22', '%22password%22%3A'],
  ['<password>', '</password>', '<password>a</password>', '<password>[redacted]<', '>', '<'],
  ['--password ', '--password', '--password a', '--password --', '--a'],
  ['=', ':', ': ', '= ', '"', "'", '\\', '\\"', '`', ' ', '\n', '{', '[', '}', ']', 'a', 'ab=', 'a.', 'é', '_', '.'],
  [
    '%2522',
    '%252525',
    '%',
    '%2',
    '%3A+',
    '\\u0022',
    '\\u0070',
    '\\\\x41',
    '\\\\\\u00',
    '\\\\',
    '\\/',
    ':\\/',
    ':\\\\/\\\\/a:b',
  ],
  ['"":', '"\\":', "'=", '] = ', '    :', '\\\\\\\\=', '[0]=', '[12345678]:'],
].flat();
/** What makes something of all that follows, or keeps it from being something. */
const beginnings = [
  '',
  'password="',
  "password='",
  'password={"',
  "password=['",
  'authorization: ',
  'a://b:',
  '"',
  'eyJhbGciOiJub25l.',
];

const [shortLength, longLength] = [256, 4096];
/**
 * Sixteen times the text is sixteen times the work, and were it quadratic 256 times. Twice as much may come of escapes that
 * are hidden in a secret at one length, and not at the other.
 */
const mostRatio = 40;
/** For each character: at a place, a name of up to 64 characters is looked at. */
const mostSteps = 100;

test.each(units)('%j again and again', (unit) => {
  for (const beginning of beginnings) {
    const { ratio, stepsPerCharacter } = growthOf(beginning, unit);
    expect(ratio, beginning).toBeLessThan(mostRatio);
    expect(stepsPerCharacter, beginning).toBeLessThan(mostSteps);
  }
});

test('several of them in turn', () => {
  const several = fc.array(fc.constantFrom(...units), { minLength: 2, maxLength: 5 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), several, (beginning, unit) => {
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
