/** Keys and tokens that say by their first characters whose they are. */
import { alphanumerics, base64Url, charactersOf, endOfRun, type CharacterSet } from './character-set.ts';
import { markOf, type Detector, type Found } from './detector.ts';
import { endingPattern } from './ending-pattern.ts';

interface PrefixRow {
  readonly name: string;
  readonly prefix: string;
  /** What comes behind the prefix. */
  readonly of: CharacterSet;
  /** Fewer are no key, but a name that begins like one: `npm_config_cache`. */
  readonly least: number;
}

const capitals = charactersOf('AZ', '09');
const words = charactersOf('az', 'AZ', '09', '_');
const dashed = charactersOf('az', 'AZ', '09', '-');
const pathSegments = charactersOf('az', 'AZ', '09', '-', '_', '/');
const dotted = charactersOf('az', 'AZ', '09', '-', '_', '.');

/**
 * The issuers document the prefixes, and mostly not the lengths, which are therefore lower here than any that was
 * seen.
 */
export const keyPrefixes: readonly PrefixRow[] = [
  ...rows('aws-key', ['AKIA', 'ASIA'], capitals, 16),
  ...rows('google-key', ['AIza'], base64Url, 30),
  ...rows('google-token', ['ya29.', 'GOCSPX-'], base64Url, 20),
  ...rows('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'], words, 30),
  ...rows('gitlab-token', ['glpat-', 'gldt-', 'glrt-'], base64Url, 20),
  ...rows('slack-token', ['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'], dashed, 10),
  ...rows('stripe-key', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_', 'whsec_'], alphanumerics, 16),
  ...rows('npm-token', ['npm_'], alphanumerics, 30),
  ...rows('sendgrid-key', ['SG.'], dotted, 40),
  ...rows('openai-key', ['sk-proj-', 'sk-svcacct-'], base64Url, 20),
  ...rows('openai-key', ['sk-'], alphanumerics, 32),
  ...rows('anthropic-key', ['sk-ant-'], base64Url, 20),
  ...rows('hugging-face-token', ['hf_'], alphanumerics, 30),
  ...rows('vault-token', ['hvs.', 'hvb.'], base64Url, 24),
  ...rows('docker-token', ['dckr_pat_'], base64Url, 20),
  ...rows('digitalocean-token', ['dop_v1_', 'doo_v1_', 'dor_v1_'], alphanumerics, 40),
  ...rows('shopify-token', ['shpat_', 'shpca_', 'shppa_', 'shpss_'], alphanumerics, 32),
  ...rows('pypi-token', ['pypi-'], base64Url, 50),
  ...rows('slack-webhook', ['hooks.slack.com/services/'], pathSegments, 20),
  ...rows('discord-webhook', ['discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'], pathSegments, 40),
];

function rows(name: string, prefixes: readonly string[], of: CharacterSet, least: number): readonly PrefixRow[] {
  return prefixes.map((prefix) => ({ name, prefix, of, least }));
}

/**
 * One for each character that is looked for: the last of the prefix, but the one capital that those of letters only
 * share, and the last full stop of hosts. The fewer different characters there are, and the rarer they are, the faster is the search.
 */
export const prefixedKeys: readonly Detector[] = [...Map.groupBy(keyPrefixes, characterOf)].map(
  ([character, prefixes]): Detector => ({
    kinds: prefixes.map(({ name }) => name),
    fewestCharacters: Math.min(...prefixes.map(({ prefix, least }) => prefix.length + least)),
    at: character,
    where: `(?<=${endingPattern(
      prefixes.map(({ prefix }) => prefix.slice(0, prefix.lastIndexOf(character) + 1)),
      { classOf: (characters) => `[${characters}]` },
    )})[A-Za-z0-9_-]`,
    match: (text, at) => keyAt(text, at, prefixes, character),
  }),
);

function characterOf({ prefix }: PrefixRow): string {
  return ['I', '.'].find((character) => prefix.includes(character)) ?? prefix.slice(-1);
}

function keyAt(text: string, at: number, prefixes: readonly PrefixRow[], character: string): Found | number {
  for (const { name, prefix, of, least } of prefixes) {
    const start = at - prefix.lastIndexOf(character);
    if (start < 0 || !text.startsWith(prefix, start)) continue;
    const keyStart = start + prefix.length;
    const end = endOfRun(of, text, keyStart);
    if (end - keyStart >= least) return { start, end, replacement: markOf(name) };
  }
  return at;
}
