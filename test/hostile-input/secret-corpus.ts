/**
 * Texts that are hostile, or have a secret in them, or both: every kind of secret that is recognised, in the notations in
 * which they get into logs, each as it is and encoded as a whole in every way that is about; and what would break a line.
 * Others are grown, with a fixed seed, so that a run that fails fails again.
 */
import * as fc from 'fast-check';

import { secretEndings, secretNames } from '../../packages/instrumentation/src/redaction/secret-keys.ts';
import { secretMark, textWithSecret } from '../../packages/instrumentation/src/redaction/secrets.test-arbitrary.ts';

export interface SecretInput {
  /** For whatever takes texts. */
  readonly text: string;
  /** The same for paths, headers and names of users, which are shorter. */
  readonly field: string;
  /** The name of a key that says that its value is one. */
  readonly key: string;
}

/**
 * In every secret that may have letters of any case. Long enough never to come about among ids and hashes, and the same
 * in JSON and in URLs.
 */
const leakMark = 'zQ7kW9';

/** One with a name. */
export const secret: string = `${leakMark}-${leakMark}`;
const letters = `aB3dE5${leakMark}gH2jK4${leakMark}mN6p`;
const hex = '5ec7e70f'.repeat(8);
const upper = 'ZQ7KW9ZQ7KW9ABCD';
const basic = Buffer.from(`bob:${secret}`).toString('base64');
const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIi${leakMark}.${letters}`;
const pem = `-----BEGIN PRIVATE KEY-----\nMIIE${leakMark}\n${leakMark}+/abc=\n-----END PRIVATE KEY-----`;
const cards = ['4111111111111111', '5555 5555 5555 4444', '3782-822463-10005'];

/** What must not come out either, of secrets that cannot have the mark in them. */
const otherSecrets = [hex.slice(0, 16), upper, basic, ...cards];

const bySight = [
  jwt,
  pem,
  ...cards.map((card) => `paid with ${card} today`),
  `AKIA${upper}`,
  `AIza${letters}${letters.slice(0, 9)}`,
  `ya29.a0${letters}`,
  `GOCSPX-${letters}`,
  ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((kind) => `${kind}_${letters}aB3dE5`),
  `github_pat_11ABCDEFG0_${letters}`,
  `glpat-${letters}`,
  `xoxb-1234567890-${letters}`,
  `npm_${letters}aB3dE5`,
  ...['sk_live', 'rk_test', 'whsec'].map((kind) => `${kind}_${letters}`),
  `SG.${letters}.${letters}`,
  `sk-proj-${letters}aB3dE5`,
  `sk-ant-api03-${letters}aB3dE5`,
  `hf_${letters}aB3dE5`,
  `hvs.${letters}`,
  `dckr_pat_${letters}`,
  `dop_v1_${hex}`,
  `shpat_${hex.slice(0, 32)}`,
  `pypi-AgEIcHlwaS5vcmc${letters}${letters}`,
  `https://hooks.slack.com/services/T0123ABCD/B0123ABCD/${letters}`,
  `https://discord.com/api/webhooks/112233445566778899/${letters}`,
  `Bearer ${secret}`,
  `Basic ${basic}`,
  `postgres://bob:${secret}@db/shop`,
  `redis://:${secret}@cache`,
  `https://bob:${leakMark}@${leakMark}@host/`,
];

const byName = [
  ...['=', ': ', ' => ', ':='].map((between) => `password${between}${secret}`),
  ...['user[password]', 'DB_PASSWORD', 'spring.datasource.password', 'apiKey', 'x-auth-token'].map(
    (name) => `${name}=${secret}`,
  ),
  `{"password":"${secret}"}`,
  JSON.stringify({ deep: JSON.stringify({ deeper: JSON.stringify({ token: `${leakMark}"\\${leakMark}` }) }) }),
  `{ password: '${secret}', user: 'bob' }`,
  `<password>${secret}</password>`,
  `UPDATE users SET password = '${leakMark}''${leakMark}' WHERE id = 1`,
  `mysql --password ${secret} -u root`,
  `curl --api-key="${leakMark} ${leakMark}" x`,
  `Authorization: Custom ${leakMark} ${leakMark}\r\nHost: a`,
  `Cookie: a=${leakMark}; b=${leakMark}\r\nHost: a`,
  `passphrase: ${leakMark} ${leakMark}\nnext`,
  `connection_string=Data Source=a;Password=${leakMark}\nnext`,
  `/cb?token=${secret}&page=2`,
  `GET /cb?code=${secret} HTTP/1.1`,
  `/a#access_token=${secret}&b=1`,
  `/login?next=${encodeURIComponent(`https://h/?token=${secret}&b=1`)}&c=2`,
  `?sig=${secret}&X-Amz-Signature=${secret}`,
];

/** What a text goes through on its way into a log, where somebody has put it into something else. */
const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  // In URLs, of one layer and of two.
  (text) => `/callback?state=${encodeURIComponent(text)}&page=2`,
  (text) => `/callback?${new URLSearchParams({ state: text })}&page=2`,
  (text) => `/login?next=${encodeURIComponent(`https://shop.example/?state=${encodeURIComponent(text)}`)}`,
  (text) => `Mozilla/5.0 (${encodeURIComponent(text).replaceAll('%20', ' ')})`,
  (text) => everyByteOf(text),
  // In JSON, of one layer, of two, and as those write it who use numbers for what is special in HTML, or for everything.
  (text) => `got ${JSON.stringify({ note: text })} from a client`,
  (text) => JSON.stringify({ body: JSON.stringify({ note: text }) }),
  (text) => `got {"note":"${text.replaceAll(/["'&+<=>\\`\n\r]/g, numberOf)}"}`,
  (text) => `{"note":"${text.replaceAll(/[^]/g, numberOf)}"}`,
  (text) =>
    `"${text.replaceAll(/["\\\n\r]/g, (character) => numberOf(character).replace(String.raw`\u00`, String.raw`\x`))}"`,
  // JSON in a URL, and a URL in JSON.
  (text) => `/callback?state=${encodeURIComponent(JSON.stringify({ note: text }))}`,
  (text) => JSON.stringify({ url: `/callback?state=${encodeURIComponent(text)}` }),
];

function everyByteOf(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function numberOf(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
}

/** How any part of a secret would be written that has come out. */
export const leaks: readonly string[] = [
  ...new Set([
    ...[leakMark, ...otherSecrets].flatMap((part) => [part, everyByteOf(part), part.replaceAll(/[^]/g, numberOf)]),
    ...[' ', '%20', '%2520', String.raw`\x20`].flatMap((space) => cards.map((card) => card.replaceAll(' ', space))),
    ...base64Of(leakMark),
  ]),
];

/** The letters that stand for it, whatever is before and behind it. */
function base64Of(text: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from('\0'.repeat(before) + text).toString('base64');
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + text.length) * 8) / 6));
  });
}

const forged = '[2026-01-01 00:00:00] ERROR in forged (x:1): forged';

/** What would break a line, end a field, change the colour or the direction of what follows, or a prototype. */
const hostile = [
  ...['\n', '\r\n', '\r', '\v', '\f', '\0', '\x85', '\u2028', '\u2029', '\x1b[2K\x1b[1A', '\x9b2J'].map(
    (breaking) => `a${breaking}${forged}`,
  ),
  String.raw`\n${forged}`,
  `%0d%0a${forged}`,
  `\\\n${forged}`,
  `"}\n{"level":"ERROR","logger":"forged","message":"a"}`,
  `a" user:root ip:6.6.6.6 ua:"forged`,
  `\u202e${forged}\u2066`,
  '\ud800\udc00\ud800',
  '\ufeff\ufffe',
  '%s %d %j %o %%',
  '__proto__',
  'constructor.prototype',
  '${jndi:ldap://a/b}',
  '<script>alert(1)</script>',
  "'; DROP TABLE users; --",
  '../../../etc/passwd',
  'a'.repeat(20_000),
  `${'\n'.repeat(2000)}${forged}`,
  '{'.repeat(5000),
  '👩‍👩‍👧‍👦'.repeat(500),
];

const growth = { seed: 20_260_101, numRuns: 160 };

const keys = [...secretNames, ...secretEndings];

const grown = fc.sample(textWithSecret, growth).map((text) => text.replaceAll(secretMark, leakMark));

export const secretInputs: readonly SecretInput[] = [
  ...[...bySight, ...byName].flatMap((text) => encodings.map((encode) => encode(text))),
  ...grown.map((text, index) => encodings[index % encodings.length]!(text.toWellFormed())),
  ...hostile,
  // Between what breaks lines, a secret is one all the same.
  ...hostile.map((text) => `${text} password=${secret} ${text}`),
].map((text, index) => ({
  text,
  field: text.slice(0, 2000).toWellFormed(),
  key: keys[index % keys.length]!,
}));
