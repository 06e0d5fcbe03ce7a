/** What can be proven with a public key, and with heads and checkpoints that were kept elsewhere, beyond what the chain tells. */
import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { createSigner, keyIdOf } from '../trail/checkpoint.ts';
import { hashOfLine, sealOfLine, trailStart, type TrailHead } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import {
  linesOfTrail,
  namesByAge,
  publicKey,
  shown,
  trailOfLines,
  verify,
  writeTrail,
  type Line,
} from './written-trail.test-setup.ts';

const { contents, checkpoints } = writeTrail({ maxBytes: 4_000, backups: 20, checkpointEvery: 10 }, [{ records: 50 }]);
const names = namesByAge(contents);
const lines = linesOfTrail(contents);
const signed = lines.flatMap(({ bytes }, index) => (bytes.includes('"audit.checkpoint"') ? [index] : []));
const publicKeys = [publicKey];

function placeOf({ file, line }: Line): string {
  return `${file}:${line}`;
}

function headAt(index: number): TrailHead {
  const line = lines[index]!.bytes.subarray(0, -1);
  return { seq: sealOfLine(line)!.seq, hash: hashOfLine(line) };
}

/** The trail as somebody writes it anew who can do all but sign: from a line on, with `change` made to that. */
function rewritten(from: number, change: (line: string) => string): readonly Line[] {
  let head = from === 0 ? trailStart : headAt(from - 1);
  return lines.map((line, index) => {
    if (index < from) return line;
    const unsealed = line.bytes.toString().replace(/, "seq": \d+, "prev_hash": "\w+"\}\n$/, '}\n');
    const sealed = sealLine(index === from ? change(unsealed) : unsealed, head);
    ({ head } = sealed);
    return { ...line, bytes: Buffer.from(sealed.line) };
  });
}

const forge = (line: string): string => line.replace('"record ', '"forged ');

describe('a trail that was written anew from some line on', () => {
  const from = signed[1]! + 3;
  const trail = trailOfLines(rewritten(from, forge), names);

  test('is whole as far as the chain can tell', async () => {
    expect((await verify(trail)).summary.isWhole).toBe(true);
  });

  test('has forged checkpoints behind it, and genuine ones before', async () => {
    const { breaches, summary } = await verify(trail, { publicKeys });
    expect(shown(breaches)).toEqual(signed.slice(2).map((index) => `checkpoint-forged ${placeOf(lines[index]!)}`));
    expect(summary).toMatchObject({ checkpoints: 2, signedSeq: signed[1]! + 1 });
  });

  test.each([from, from + 5, lines.length - 1])('differs from the head that was kept of its line %i', async (index) => {
    const { breaches } = await verify(trail, { keptHeads: [headAt(index)] });
    expect(shown(breaches)).toEqual([`differs-from-kept ${placeOf(lines[index]!)}`]);
  });

  test('differs from the checkpoints that were kept, but for those from before', async () => {
    const { breaches, summary } = await verify(trail, { keptCheckpoints: checkpoints });
    expect(shown(breaches)).toEqual(signed.slice(2).map((index) => `differs-from-kept ${placeOf(lines[index]!)}`));
    expect(summary.keptFound).toBe(2);
  });

  test('differs from a checkpoint that is the first thing cut off', async () => {
    const last = signed[2]!;
    const cut = trailOfLines(rewritten(from, forge).slice(0, last), names);
    const { breaches } = await verify(cut, { keptCheckpoints: [checkpoints.find(({ seq }) => seq === last + 1)!] });
    expect(shown(breaches)).toEqual([`differs-from-kept ${placeOf(lines[last - 1]!)}`]);
  });
});

test('an older copy of a trail is whole, and ends too early for what was kept', async () => {
  const count = signed[1]! + 1;
  const copy = trailOfLines(lines.slice(0, count), [
    ...names.slice(0, names.indexOf(lines[count - 1]!.file)),
    'audit.log',
  ]);
  const older = new Map([
    ...copy,
    ['audit.log', trailOfLines(lines.slice(0, count), names).get(lines[count - 1]!.file)!],
  ]);
  expect((await verify(older, { publicKeys })).summary).toMatchObject({ isWhole: true, lines: count, checkpoints: 2 });
  const last = checkpoints.at(-1)!;
  const { breaches } = await verify(older, { publicKeys, keptCheckpoints: checkpoints });
  expect(breaches).toEqual([
    expect.objectContaining({
      kind: 'end-truncated',
      lines: last.seq - count,
      missing: { firstSeq: count + 1, lastSeq: last.seq },
    }),
  ]);
});

test('heads that contradict one another are a breach, whichever of them is right', async () => {
  const keptHeads = [headAt(5), { ...headAt(5), hash: hashOfLine('another') }];
  expect(shown((await verify(contents, { keptHeads })).breaches)).toEqual([`differs-from-kept ${placeOf(lines[5]!)}`]);
});

test('what was kept of lines that retention has removed since is neither found nor missed', async () => {
  const retired = writeTrail({ maxBytes: 3_000, backups: 2, checkpointEvery: 10 }, [{ records: 80 }]);
  const { summary, breaches } = await verify(retired.contents, { keptCheckpoints: retired.checkpoints, publicKeys });
  expect(breaches).toEqual([]);
  expect(summary.keptFound).toBeGreaterThan(0);
  expect(summary.keptFound).toBeLessThan(new Set(retired.checkpoints.map(({ seq }) => seq)).size);
});

describe('a checkpoint', () => {
  test('whose signature was edited is forged, and its line was edited', async () => {
    const index = signed[0]!;
    const edited = Buffer.from(lines[index]!.bytes);
    edited[edited.indexOf('"signature": "') + 20]! ^= 1;
    const { breaches } = await verify(trailOfLines(lines.with(index, { ...lines[index]!, bytes: edited }), names), {
      publicKeys,
    });
    const place = placeOf(lines[index]!);
    expect(shown(breaches)).toEqual([`checkpoint-forged ${place}`, `line-edited ${place}`]);
  });

  test('of another place is forged, although it was signed with the key', async () => {
    const copied = lines[signed[0]!]!.bytes.toString();
    const tampered = rewritten(signed[1]!, () => copied.replace(/, "seq": .*\n$/, '}\n'));
    const { breaches } = await verify(trailOfLines(tampered, names), { publicKeys });
    expect(shown(breaches)[0]).toBe(`checkpoint-forged ${placeOf(lines[signed[1]!]!)}`);
  });

  test('of a key that was not given proves nothing', async () => {
    const { breaches, summary } = await verify(contents, { publicKeys: [generateKeyPairSync('ed25519').publicKey] });
    expect(new Set(breaches.map(({ kind }) => kind))).toEqual(new Set(['checkpoint-unknown-key']));
    expect(breaches[0]?.message).toContain(`"${keyIdOf(publicKey)}"`);
    expect(summary).toMatchObject({ checkpoints: 0, breaches: signed.length });
  });

  test('that an application’s record pretends to be is none', async () => {
    const line =
      '{"timestamp": "x", "scope": "theirs", "event": "audit.checkpoint", "attributes": {"signature": "x"}}\n';
    const trail = new Map([['audit.log', Buffer.from(sealLine(line, trailStart).line)]]);
    expect((await verify(trail, { publicKeys })).findings).toEqual([]);
  });
});

test('lines without a checkpoint among them are a breach where there are more than allowed, in between and at the end', async () => {
  const unsigned = writeTrail({ maxBytes: 100_000, backups: 1, checkpointEvery: 0 }, [{ records: 30 }]);
  const { breaches } = await verify(unsigned.contents, { publicKeys, maxUnsignedLines: 29 });
  expect(breaches).toEqual([
    expect.objectContaining({ kind: 'unsigned-stretch', file: 'audit.log', line: 30, lines: 30 }),
  ]);
  expect((await verify(unsigned.contents, { publicKeys, maxUnsignedLines: 30 })).breaches).toEqual([]);
  expect((await verify(contents, { publicKeys, maxUnsignedLines: 11 })).breaches).toEqual([]);
  const stretches = (await verify(contents, { publicKeys, maxUnsignedLines: 9 })).breaches;
  expect(new Set(stretches.map(({ kind }) => kind))).toEqual(new Set(['unsigned-stretch']));
  expect(shown(stretches)[0]).toBe(`unsigned-stretch ${placeOf(lines[signed[0]!]!)}`);
});

describe('arguments that are no use are refused', () => {
  test('a kept checkpoint that is not genuine, by a RangeError', async () => {
    const keptCheckpoints = [{ ...checkpoints[0]!, seq: 1 }];
    await expect(verify(contents, { publicKeys, keptCheckpoints })).rejects.toThrow(
      new RangeError(
        `KEPT_CHECKPOINT_FORGED: the checkpoint kept for line 1 is not signed by key ${keyIdOf(publicKey)}, so nothing can be proven with it; take it from its source again`,
      ),
    );
  });

  test('a key that cannot verify, by a TypeError', async () => {
    const { publicKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await expect(verify(contents, { publicKeys: [other] })).rejects.toThrow(/^NOT_ED25519: .* ec public key/);
    const { privateKey } = generateKeyPairSync('ed25519');
    await expect(verify(contents, { publicKeys: [privateKey] })).rejects.toThrow(/^NOT_ED25519: .* ed25519 private/);
    expect(() => createSigner(privateKey)).not.toThrow();
  });
});

describe('a line that says that lines were retired', () => {
  const retired = writeTrail({ maxBytes: 3_000, backups: 2, checkpointEvery: 0 }, [{ records: 80 }]);
  const there = linesOfTrail(retired.contents);
  const thereNames = namesByAge(retired.contents);

  test('does not excuse more than it says', async () => {
    const { breaches } = await verify(trailOfLines(there.slice(3), thereNames));
    const first = sealOfLine(there[0]!.bytes.subarray(0, -1))!.seq;
    expect(breaches).toEqual([
      expect.objectContaining({
        kind: 'beginning-missing',
        file: thereNames[0],
        line: 1,
        lines: 3,
        missing: { firstSeq: first, lastSeq: first + 2 },
      }),
    ]);
  });

  test('does not excuse a file that it does not name the end of', async () => {
    const note = there.findLastIndex(({ bytes }) => bytes.includes('"audit.retired"'));
    const edited = there[note]!.bytes.toString().replace(/"last_hash": "./, '"last_hash": "x');
    const { breaches } = await verify(
      trailOfLines(there.with(note, { ...there[note]!, bytes: Buffer.from(edited) }), thereNames),
    );
    expect(shown(breaches)).toEqual([`line-edited ${placeOf(there[0]!)}`, `line-edited ${placeOf(there[note]!)}`]);
  });

  test('is missed where it is not there', async () => {
    const withoutNotes = there.filter(({ file }) => file === thereNames[0]);
    const alone = new Map([['audit.log', Buffer.concat(withoutNotes.map(({ bytes }) => bytes))]]);
    expect((await verify(alone)).breaches).toEqual([
      expect.objectContaining({ kind: 'beginning-missing', file: 'audit.log', line: 1 }),
    ]);
  });
});
