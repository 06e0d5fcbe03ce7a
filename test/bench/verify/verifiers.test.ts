import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { verifiers } from './verifiers.ts';
import { writeTrail } from './write-trail.ts';

const lines = 3_000;

describe('of a trail of many files', () => {
  let directory: string;
  let path: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'verifiers-'));
    path = await writeTrail(directory, lines, 100_000);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('there are many, and every line is in them', () => {
    const names = readdirSync(directory).filter((name) => name.startsWith('audit.log'));
    expect(names.length).toBeGreaterThan(5);
    const text = names.map((name) => readFileSync(join(directory, name), 'utf8')).join('');
    expect(text.match(/seq=\d+/g)).toHaveLength(lines);
  });

  test.each(verifiers)('$name reads each line once', async ({ load }) => {
    const verifier = await load();
    expect(await verifier(path)).toBe(lines);
  });

  test('ours does not pass one that was touched', async () => {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"UPDATE user', '"UPDATE User'));
    const verifier = await verifiers[0]!.load();
    await expect(verifier(path)).rejects.toThrow('TRAIL_BROKEN: 1 breaches');
    writeFileSync(path, text);
  });
});
