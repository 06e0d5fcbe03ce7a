/** Everything that can be done to a trail by somebody who cannot sign, and what the verifier makes of it, place by place. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { hashOfLine, sealOfLine } from '../trail/seal.ts';
import { sealLine } from '../trail/seal.test-setup.ts';
import type { FindingKind, TrailFinding } from './finding.ts';
import {
  linesOfTrail,
  namesByAge,
  shown,
  trailOfLines,
  verify,
  writeTrail,
  type Line,
  type TrailContents,
} from './written-trail.test-setup.ts';

/** Five files of a dozen lines, without checkpoints: what the chain alone can tell. */
const { contents } = writeTrail({ maxBytes: 3_000, backups: 20, checkpointEvery: 0 }, [{ records: 60 }]);
const names = namesByAge(contents);
const lines = linesOfTrail(contents);
const { summary } = await verify(contents);
const keptHeads = [summary.head!];

function seqOf({ bytes }: Line): number {
  return sealOfLine(bytes.subarray(0, -1))!.seq;
}

async function breachesOf(tampered: readonly Line[] | TrailContents): Promise<readonly TrailFinding[]> {
  const trail = tampered instanceof Map ? tampered : trailOfLines(tampered as readonly Line[], names);
  return (await verify(trail, { keptHeads })).breaches;
}

function placeOf({ file, line }: Pick<Line, 'file' | 'line'>): string {
  return `${file}:${line}`;
}

const anyLine = fc.nat(lines.length - 1);
/** Two different lines, the first of which stands before the other. */
const twoLines = fc
  .tuple(anyLine, anyLine)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

test('has files and lines enough to tell places apart', () => {
  expect(names.length).toBeGreaterThan(4);
  expect(lines).toHaveLength(60);
});

/** An edited newline makes one line of two, or two of one. */
const editKinds: ReadonlySet<FindingKind> = new Set([
  'line-edited',
  'lines-inserted',
  'backup-torn',
  'numbers-broken',
  'differs-from-kept',
]);

describe('an edit', () => {
  test('of any byte is a breach at its line, be it another character or a newline', async () => {
    for (const [index, { file, line, bytes }] of lines.entries()) {
      // A fifth of the bytes of each line, others for the next one; every byte of a seal is among them a dozen times.
      for (let at = index % 5; at < bytes.length; at += 5) {
        for (const value of [bytes[at]! ^ 1, 0x0a]) {
          if (value === bytes[at]) continue;
          const edited = Buffer.from(bytes);
          edited[at] = value;
          const breaches = await breachesOf(lines.with(index, { file, line, bytes: edited }));
          const isHere = breaches.some((each) => editKinds.has(each.kind) && each.file === file && each.line === line);
          const isLast = index === lines.length - 1 && breaches.some(({ kind }) => kind === 'end-truncated');
          expect(isHere || isLast, `byte ${at} of ${file}:${line} as ${value}: ${shown(breaches).join()}`).toBe(true);
        }
      }
    }
  }, 60_000);

  test('that leaves the seal alone is told as an edit of that line and nothing else', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 2), fc.string({ maxLength: 40 }), async (index, text) => {
        const original = lines[index]!;
        const edited = original.bytes.toString().replace('"record ', () => `"${JSON.stringify(text).slice(1, -1)}`);
        const breaches = await breachesOf(lines.with(index, { ...original, bytes: Buffer.from(edited) }));
        expect(breaches).toEqual([
          expect.objectContaining({
            kind: 'line-edited',
            file: original.file,
            line: original.line,
            lines: 1,
            seq: seqOf(original),
          }),
        ]);
      }),
    ));

  test('of the last line shows only against a head that was kept', async () => {
    const last = lines.at(-1)!;
    const trail = trailOfLines(lines.with(lines.length - 1, reworded(last)), names);
    expect((await verify(trail)).breaches).toEqual([]);
    expect(shown((await verify(trail, { keptHeads })).breaches)).toEqual([`differs-from-kept ${placeOf(last)}`]);
  });

  test('of a hash is told as of its line, and in doubt of the line before', async () => {
    const [before, original] = [lines[29]!, lines[30]!];
    const edited = Buffer.from(original.bytes.toString().replace(/"[0-9a-f]{64}"/, `"${hashOfLine('another')}"`));
    const breaches = await breachesOf(lines.with(30, { ...original, bytes: edited }));
    expect(shown(breaches)).toEqual([`line-edited ${placeOf(before)}`, `line-edited ${placeOf(original)}`]);
    expect(breaches.map(({ message }) => message.includes('for which no later line vouches'))).toEqual([true, false]);
  });

  test('of many lines in a row is told of each', () =>
    fc.assert(
      fc.asyncProperty(twoLines, async ([from, until]) => {
        const tampered = lines.map((line, index) => (from <= index && index < until ? reworded(line) : line));
        expect(shown(await breachesOf(tampered))).toEqual(
          lines.slice(from, until).map((line) => `line-edited ${placeOf(line)}`),
        );
      }),
    ));
});

describe('a deletion', () => {
  test('of any lines tells how many and which, at the line behind them', () =>
    fc.assert(
      fc.asyncProperty(twoLines, async ([from, until]) => {
        const [first, next] = [lines[from]!, lines[until]!];
        const breaches = await breachesOf(lines.toSpliced(from, until - from));
        const [breach] = breaches;
        expect(breaches).toHaveLength(1);
        expect(breach).toMatchObject({
          file: next.file,
          lines: until - from,
          missing: { firstSeq: seqOf(first), lastSeq: seqOf(next) - 1 },
        });
        const isAtEdge = from > 0 && lines[from - 1]!.file !== next.file && breach?.line === 1;
        expect(breach?.kind).toBe(from === 0 ? 'beginning-missing' : isAtEdge ? 'backup-missing' : 'lines-deleted');
      }),
      { numRuns: 200 },
    ));

  test.each(names.slice(0, -1))('of %s as a whole is a missing backup, or a missing beginning', async (name) => {
    const removed = lines.filter(({ file }) => file === name);
    const next = names[names.indexOf(name) + 1]!;
    const rest = new Map([...contents].filter(([file]) => file !== name));
    expect(await breachesOf(rest)).toEqual([
      expect.objectContaining({
        kind: name === names[0] ? 'beginning-missing' : 'backup-missing',
        file: next,
        line: 1,
        lines: removed.length,
        missing: { firstSeq: seqOf(removed[0]!), lastSeq: seqOf(removed.at(-1)!) },
      }),
    ]);
  });

  test('of the newest file shows at once, and with a head that was kept tells how many lines', async () => {
    const rest = new Map([...contents].filter(([file]) => file !== 'audit.log'));
    const count = lines.filter(({ file }) => file === 'audit.log').length;
    const breaches = await breachesOf(rest);
    expect(shown(breaches)).toEqual([
      'newest-missing audit.log:0',
      expect.stringMatching(/^end-truncated audit\.log\.1:/),
    ]);
    expect(breaches[1]).toMatchObject({ lines: count });
  });

  test('of all files shows', async () => {
    expect(shown(await breachesOf(new Map()))).toEqual(['newest-missing audit.log:0', 'end-truncated :0']);
  });
});

describe('a truncation', () => {
  test.each(names.slice(0, -1))('of %s at any byte shows where it was', async (name) => {
    const bytes = contents.get(name)!;
    const next = names[names.indexOf(name) + 1]!;
    // What only lacks its newline is there.
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 0x0a);
    for (let size = 0; size < bytes.length; size++) {
      const left = ends.filter((end) => end <= size).length;
      const torn = `backup-torn ${name}:${ends.filter((end) => end < size).length + 1}`;
      const gap = `${left === 0 && name === names[0] ? 'beginning-missing' : 'backup-missing'} ${next}:1`;
      const isWithinLine = size > 0 && bytes[size - 1] !== 0x0a;
      const expected = [...(isWithinLine ? [torn] : []), ...(left < ends.length ? [gap] : [])];
      expect(shown(await breachesOf(new Map(contents).set(name, bytes.subarray(0, size)))), `at ${size}`).toEqual(
        expected,
      );
    }
  });

  test('of the newest file at any byte shows against what was kept, and half a line by itself', async () => {
    const bytes = contents.get('audit.log')!;
    for (let size = 0; size < bytes.length; size++) {
      const cut = new Map(contents).set('audit.log', bytes.subarray(0, size));
      const { breaches, findings } = await verify(cut, { keptHeads });
      expect(breaches.map(({ kind }) => kind)).toEqual(['end-truncated']);
      const isWithinLine = size > 0 && bytes[size - 1] !== 0x0a;
      expect(findings.some(({ kind }) => kind === 'torn-tail')).toBe(isWithinLine);
    }
  });

  test('at the end of a line leaves a trail that is whole, but for what was kept', async () => {
    for (const [index, { file, line }] of lines.entries()) {
      const kept = lines.slice(0, index + 1);
      const trail = trailOfLines(kept, names.slice(0, names.indexOf(file) + 1));
      // What is now the newest file has the newest name.
      const renamed = new Map(namesByAge(trail).map((name, at, all) => [names.at(at - all.length)!, trail.get(name)!]));
      expect((await verify(renamed)).summary).toMatchObject({ isWhole: true, lines: index + 1 });
      if (index === lines.length - 1) continue;
      expect((await verify(renamed, { keptHeads })).breaches).toEqual([
        expect.objectContaining({
          kind: 'end-truncated',
          line,
          lines: lines.length - index - 1,
          missing: { firstSeq: index + 2, lastSeq: lines.length },
        }),
      ]);
    }
  });
});

describe('a move', () => {
  test('of any line to any other place is told as one, at the place where it is, or, of neighbours, where either is', () =>
    fc.assert(
      fc.asyncProperty(anyLine, fc.nat(lines.length - 1), async (from, to) => {
        fc.pre(from !== to);
        const line = lines[from]!;
        const { file } = lines[to]!;
        const others = lines.toSpliced(from, 1);
        const moved = numbered(others.toSpliced(to, 0, { ...line, file }));
        const breaches = await breachesOf(moved);
        const neighbours = Math.abs(from - to) > 1 ? [to] : [to, from];
        const possible = neighbours.map((index) => `lines-reordered ${placeOf(moved[index]!)}`);
        expect(breaches).toHaveLength(1);
        expect(possible).toContain(shown(breaches)[0]);
      }),
      { numRuns: 200 },
    ));

  test('that swaps two lines is told as one of both, or, where they are next to one another or nearly, of any that are out of order', () =>
    fc.assert(
      fc.asyncProperty(twoLines, async ([a, b]) => {
        const swapped = lines
          .with(a, { ...lines[a]!, bytes: lines[b]!.bytes })
          .with(b, { ...lines[b]!, bytes: lines[a]!.bytes });
        const found = shown(await breachesOf(swapped));
        const possible = (b - a > 2 ? [lines[a]!, lines[b]!] : lines.slice(a, b + 1)).map(
          (line) => `lines-reordered ${placeOf(line)}`,
        );
        expect(possible).toEqual(expect.arrayContaining([...found]));
        expect(found).toHaveLength(Math.min(2, b - a));
      }),
      { numRuns: 200 },
    ));

  test('of whole files to each other’s names is told as one', () =>
    fc.assert(
      fc.asyncProperty(fc.subarray([...names.keys()], { minLength: 2, maxLength: 2 }), async (pair) => {
        const [a, b] = pair.map((index) => names[index]!) as [string, string];
        const swapped = new Map(contents).set(a, contents.get(b)!).set(b, contents.get(a)!);
        const breaches = await breachesOf(swapped);
        expect(new Set(breaches.map(({ kind }) => kind))).toEqual(new Set(['lines-reordered']));
      }),
    ));
});

describe('an insertion', () => {
  test('of a copy of any lines anywhere is told as one, of so many lines', () =>
    fc.assert(
      fc.asyncProperty(twoLines, anyLine, async ([from, until], to) => {
        const { file } = lines[to]!;
        const copies = lines.slice(from, until).map((line) => ({ ...line, file }));
        const breaches = await breachesOf(numbered(lines.toSpliced(to, 0, ...copies)));
        expect(new Set(breaches.map(({ kind }) => kind)), shown(breaches).join()).toEqual(new Set(['lines-inserted']));
        expect(breaches.reduce((total, each) => total + each.lines, 0)).toBe(copies.length);
      }),
      { numRuns: 200 },
    ));

  test('of lines without a seal between any two is told as one, at its place', () =>
    fc.assert(
      fc.asyncProperty(
        anyLine,
        fc.array(fc.stringMatching(/^[ -~]*$/), { minLength: 1, maxLength: 5 }),
        async (to, texts) => {
          const { file } = lines[to]!;
          const foreign = texts.map((text) => ({ file, line: 0, bytes: Buffer.from(`${text}\n`) }));
          const tampered = numbered(lines.toSpliced(to, 0, ...foreign));
          expect(await breachesOf(tampered)).toEqual([
            expect.objectContaining({ kind: 'lines-inserted', file, line: tampered[to]!.line, lines: texts.length }),
          ]);
        },
      ),
    ));

  test('of forged lines with the right numbers and hashes is told as one, at its place', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: lines.length - 2 }),
        fc.integer({ min: 1, max: 5 }),
        async (to, count) => {
          // Of two ends that are as long, nothing tells which was written.
          fc.pre(count < lines.length - to);
          const { file } = lines[to - 1]!;
          const before = lines[to - 1]!.bytes.subarray(0, -1);
          let head = { seq: sealOfLine(before)!.seq, hash: hashOfLine(before) };
          const forged: Line[] = [];
          for (let index = 0; index < count; index++) {
            const sealed = sealLine('{"message": "forged"}\n', head);
            ({ head } = sealed);
            forged.push({ file, line: 0, bytes: Buffer.from(sealed.line) });
          }
          const tampered = numbered(lines.toSpliced(to, 0, ...forged));
          const breaches = await breachesOf(tampered);
          expect(breaches).toEqual([
            expect.objectContaining({ kind: 'lines-inserted', file, line: tampered[to]!.line, lines: count }),
          ]);
        },
      ),
    ));

  test('of a forged line in place of any other is told as an edit, at its place', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 2), fc.nat(100), fc.boolean(), async (at, seq, fits) => {
        const hash = fits && at > 0 ? hashOfLine(lines[at - 1]!.bytes.subarray(0, -1)) : hashOfLine('nothing');
        const forged = Buffer.from(sealLine('{"message": "forged"}\n', { seq, hash }).line);
        const breaches = await breachesOf(lines.with(at, { ...lines[at]!, bytes: forged }));
        const kinds = new Set(breaches.filter((each) => placeOf(each) === placeOf(lines[at]!)).map(({ kind }) => kind));
        expect([...kinds], shown(breaches).join()).toContain('line-edited');
      }),
      { numRuns: 200 },
    ));
});

test('whatever is done to a trail, several times over, is a breach, unless nothing came of it', () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('delete' as const), at: fc.nat(200), count: fc.integer({ min: 1, max: 10 }) }),
    fc.record({ type: fc.constant('copy' as const), at: fc.nat(200), from: fc.nat(200) }),
    fc.record({ type: fc.constant('swap' as const), at: fc.nat(200), from: fc.nat(200) }),
    fc.record({ type: fc.constant('edit' as const), at: fc.nat(200), byte: fc.nat(1_000) }),
    fc.record({ type: fc.constant('foreign' as const), at: fc.nat(200) }),
  );
  return fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      let tampered: readonly Line[] = lines;
      for (const each of steps) {
        if (tampered.length === 0) break;
        const at = each.at % tampered.length;
        const line = tampered[at]!;
        if (each.type === 'delete') tampered = tampered.toSpliced(at, each.count);
        else if (each.type === 'foreign')
          tampered = tampered.toSpliced(at, 0, { ...line, bytes: Buffer.from('foreign\n') });
        else if (each.type === 'edit') {
          const bytes = Buffer.from(line.bytes);
          bytes[each.byte % bytes.length]! ^= 1;
          tampered = tampered.with(at, { ...line, bytes });
        } else {
          const other = tampered[each.from % tampered.length]!;
          tampered =
            each.type === 'copy'
              ? tampered.toSpliced(at, 0, { ...other, file: line.file })
              : tampered
                  .with(at, { ...line, bytes: other.bytes })
                  .with(tampered.indexOf(other), { ...other, bytes: line.bytes });
        }
      }
      const isChanged = names.some((name) => !trailOfLines(tampered, names).get(name)!.equals(contents.get(name)!));
      expect((await breachesOf(tampered)).length > 0).toBe(isChanged);
    }),
    { numRuns: 500 },
  );
});

/** With another word in it. */
function reworded(line: Line): Line {
  return { ...line, bytes: Buffer.from(line.bytes.toString().replace('"record ', '"Record ')) };
}

/** Lines with the line numbers that they have where they stand now. */
function numbered(tampered: readonly Line[]): readonly Line[] {
  const counts = new Map<string, number>();
  return tampered.map((each) => {
    const line = (counts.get(each.file) ?? 0) + 1;
    counts.set(each.file, line);
    return { ...each, line };
  });
}
