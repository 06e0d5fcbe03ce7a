/**
 * Texts that are hostile, or have a secret in them, or both: every kind of secret that is recognised, in the notations in
 * which they get into logs, and what would break a line. They are grown with a fixed seed, so that a run that fails fails again.
 */
import * as fc from 'fast-check';

import { secretEndings, secretNames } from '../../packages/instrumentation/src/redaction/secret-keys.ts';
import {
  keptMark,
  secretMark,
  textWithSecret,
} from '../../packages/instrumentation/src/redaction/secrets.test-arbitrary.ts';

export interface SecretInput {
  /** For whatever takes texts. */
  readonly text: string;
  /**
   * For what is escaped before anybody looks for secrets: paths, and the fields of a line of access.log or security.log.
   * There a secret is found that is written `name=value` or consists of letters and digits; see SECURITY.md.
   */
  readonly field: string;
  /** The name of a key that says that its value is one. */
  readonly key: string;
}

/**
 * In every secret that may have letters of any case. Long enough never to come about among ids and hashes, and the same
 * in JSON and in URLs.
 */
export const leakMark = 'zQ7kW9';

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
export const otherSecrets: readonly string[] = [hex.slice(0, 16), upper, basic, ...cards];

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
  `Bearer ${secret}`,
  `Basic ${basic}`,
  `bearer%20${secret}`,
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

const growth = { seed: 20_260_101, numRuns: 260 };

const keys = [...secretNames, ...secretEndings];

export const secretInputs: readonly SecretInput[] = [
  ...bySight.map((text) => ({ text, field: /^[\w.-]+$/.test(text) ? text : named(text.slice(0, 4)) })),
  ...byName.map((text) => ({ text, field: named('') })),
  ...hostile.map((text) => ({ text, field: named(text.slice(0, 2000).toWellFormed()) })),
  // Between what breaks lines, a secret is one all the same.
  ...hostile.map((text) => ({
    text: `${text} password=${secret} ${text}`,
    field: named(text.slice(0, 99).toWellFormed()),
  })),
  ...fc
    .sample(textWithSecret, growth)
    .map((text) => ({ text: text.replaceAll(secretMark, leakMark), field: named(keptMark) })),
].map((input, index) => ({ ...input, key: keys[index % keys.length]! }));

function named(text: string): string {
  return `${text}&token=${secret}`;
}
