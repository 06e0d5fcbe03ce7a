/** Files that were made to exhaust whoever reads them. What is held is counted, since no timing or memory figure proves anything. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { hashOfLine, trailStart, type TrailHead } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import { LineSplitter, maxLineBytes } from './line-splitter.ts';
import { shown, verify } from './written-trail.test-setup.ts';

const MiB = 1024 * 1024;

/** Ends of lines and their hashes, as they come out of blocks. */
function split(blocks: readonly Buffer[]): {
  readonly lines: readonly string[];
  readonly rest: Buffer;
  readonly restBytes: number;
  readonly mostKept: number;
} {
  const lines: string[] = [];
  let mostKept = 0;
  const splitter = new LineSplitter({
    takeLines(bytes) {
      expect(bytes.at(-1)).toBe(0x0a);
      for (const line of bytes.subarray(0, -1).toString('latin1').split('\n'))
        lines.push(hashOfLine(Buffer.from(line, 'latin1')));
    },
    takeLongLine: (_, digest) => void lines.push(digest),
  });
  for (const block of blocks) {
    // A block is overwritten by the next one.
    const shared = Buffer.from(block);
    splitter.push(shared);
    shared.fill(0x78);
    mostKept = Math.max(mostKept, splitter.rest.length);
  }
  return { lines, rest: splitter.rest, restBytes: splitter.restBytes, mostKept };
}

describe('lines come out of blocks', () => {
  test('the same however the bytes are cut', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant('\n'), fc.string({ maxLength: 20 })), { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }),
        (texts, sizes) => {
          const bytes = Buffer.from(texts.join(''));
          const blocks: Buffer[] = [];
          for (let start = 0, index = 0; start < bytes.length; index++) {
            const size = sizes[index % sizes.length]!;
            blocks.push(bytes.subarray(start, start + size));
            start += size;
          }
          const expected = bytes.toString('latin1').split('\n');
          const { lines, rest, restBytes } = split(blocks);
          expect(lines).toEqual(expected.slice(0, -1).map((line) => hashOfLine(Buffer.from(line, 'latin1'))));
          expect(rest.toString('latin1')).toBe(expected.at(-1));
          expect(restBytes).toBe(rest.length);
        },
      ),
    ));

  test('with the right hash where they are far too long to be kept, and no more than the limit is kept of them', () => {
    const block = Buffer.alloc(MiB / 4, 0x61);
    const blocks = [...Array.from({ length: 40 }, () => block), Buffer.from('end\nnext\n')];
    const { lines, mostKept } = split(blocks);
    expect(lines).toEqual([
      hashOfLine(Buffer.concat([...blocks.slice(0, -1), Buffer.from('end')])),
      hashOfLine('next'),
    ]);
    expect(mostKept).toBeLessThanOrEqual(maxLineBytes);
  });
});

/** Lines of these texts, each an object without its braces, sealed one after the other behind `head`. */
function sealed(texts: readonly string[], head: TrailHead = trailStart): Buffer {
  const lines: string[] = [];
  let last = head;
  for (const text of texts) {
    const next = sealLine(`{${text}}\n`, last);
    last = next.head;
    lines.push(next.line);
  }
  return Buffer.from(lines.join(''));
}

test('a line of many MiB is part of the chain, by its end', async () => {
  const whole = sealed(['short', 'x'.repeat(5 * MiB), 'short'].map((message) => `"message": "${message}"`));
  expect((await verify(new Map([['audit.log', whole]]))).summary).toMatchObject({ isWhole: true, lines: 3 });
  const edited = Buffer.from(whole);
  edited[3 * MiB] = 0x79;
  expect(shown((await verify(new Map([['audit.log', edited]]))).breaches)).toEqual(['line-edited audit.log:2']);
});

test('a line that is far longer than memory, from a small compressed file, is one line', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * MiB, 0x61));
  expect(bomb.length).toBeLessThan(MiB);
  const { summary, findings } = await verify(
    new Map([
      ['audit.log', Buffer.alloc(0)],
      ['audit.log.1.gz', bomb],
    ]),
  );
  expect(shown(findings)).toEqual(['newest-empty audit.log:0', 'backup-torn audit.log.1.gz:1']);
  expect(summary.lines).toBe(0);
});

test('a compressed file of many blocks is read to its end', async () => {
  const texts = Array.from({ length: 2_000 }, () => `"message": "${randomBytes(750).toString('base64')}"`);
  const compressed = gzipSync(sealed(texts));
  expect(compressed.length).toBeGreaterThan(MiB);
  const { summary, findings } = await verify(
    new Map([
      ['audit.log', Buffer.alloc(0)],
      ['audit.log.1.gz', compressed],
    ]),
  );
  expect(shown(findings)).toEqual(['newest-empty audit.log:0']);
  expect(summary).toMatchObject({ lines: 2_000, bytes: compressed.length });
});

test.each([
  ['every line is edited', (line: string) => line.replace('message', 'massage')],
  ['every line has the number of another', (line: string) => line.replace(/"seq": \d+/, (seq) => `${seq}7`)],
  ['every line has the same number', (line: string) => line.replace(/"seq": \d+/, '"seq": 5')],
  ['every line remembers nothing', (line: string) => line.replace(/"[0-9a-f]{64}"/, `"${'0'.repeat(64)}"`)],
])(
  'breaks are told as they come, never more than a thousand held, where %s',
  async (_, change) => {
    const count = 20_000;
    const texts = [...Array(count).keys()].map((index) => `"message": "${index}"`);
    const bytes = Buffer.from(
      sealed(texts)
        .toString()
        .split(/(?<=\n)/)
        .map(change)
        .join(''),
    );
    const bytesPerLine = bytes.length / count;
    let heard = 0;
    let longestSilence = 0;
    const { summary } = await verify(new Map([['audit.log', bytes]]), {
      onFinding: ({ lines }) => void (heard += lines),
      onProgress: (progress) => {
        longestSilence = Math.max(longestSilence, progress.bytes / bytesPerLine - heard);
      },
    });
    expect(summary.isWhole).toBe(false);
    // A block of 256 KiB holds some 2,000 of these lines.
    expect(longestSilence).toBeLessThan(2_000 + (256 * 1024) / bytesPerLine);
  },
  60_000,
);

function retirement(lastSeq: number, lastHash: string): string {
  return `"scope": "@sentrikat/file-exporter", "event": "audit.retired", "attributes": {"file": "audit.log.9", "last_seq": ${lastSeq}, "last_hash": "${lastHash}"}`;
}

describe('of the lines that tell what retention removed', () => {
  const hash = hashOfLine('removed');

  test('no more than a thousand are held, the newest', async () => {
    const others = Array.from({ length: 1_000 }, () => retirement(1, hash));
    const early = sealed([retirement(9, hash), ...others], { seq: 9, hash });
    const late = sealed([...others, retirement(9, hash)], { seq: 9, hash });
    expect(shown((await verify(new Map([['audit.log', late]]))).findings)).toEqual(['retired audit.log:1001']);
    expect(shown((await verify(new Map([['audit.log', early]]))).breaches)).toEqual(['beginning-missing audit.log:1']);
  });

  test('none excuses what is behind it', async () => {
    const bytes = Buffer.concat([sealed([retirement(5, hash)]), sealed(['"a": 1', '"b": 2'], { seq: 5, hash })]);
    expect(shown((await verify(new Map([['audit.log', bytes]]))).findings)).toEqual(['lines-deleted audit.log:2']);
  });
});

test('what looks like a note and is none, or lacks what a note says, is a line like any other', async () => {
  const notes = [
    '"@sentrikat/file-exporter", "event": "audit.retired"',
    '"@sentrikat/file-exporter", "event": "audit.retired", "attributes": {"file": "\\u001b[2J", "last_seq": 0, "last_hash": "x"}',
    '"@sentrikat/file-exporter", "event": "audit.repaired", "attributes": {"bytes": -1, "sha256": 5}',
    '"@sentrikat/file-exporter", "event": "audit.repaired", "attributes": {"bytes": 1, "sha256": "\\u001b[2J"}',
    '"@sentrikat/file-exporter", "event": "logging.dropped", "attributes": null',
    '"not-@sentrikat/file-exporter", "event": "audit.repaired", "attributes": {"bytes": 1, "sha256": "ab"}',
    '"@sentrikat/file-exporter", "event": "unheard-of"',
    '"@sentrikat/file-exporter", "event": "no JSON',
  ];
  const bytes = sealed(notes.map((note) => `"scope": ${note}`));
  const { findings, summary } = await verify(new Map([['audit.log', bytes]]));
  expect(findings).toEqual([]);
  expect(summary).toMatchObject({ isWhole: true, lines: notes.length });
});
