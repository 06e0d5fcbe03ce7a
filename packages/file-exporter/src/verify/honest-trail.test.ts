/** What honest operation does to a trail is no breach, and is told where a reader has to know. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { hashOfLine, sealOfLine } from '../trail/seal.ts';
import { verifyTrail } from './verify-trail.ts';
import {
  diedRotating,
  linesOfTrail,
  namesByAge,
  publicKey,
  readTrail,
  shown,
  verify,
  writeTrail,
  type Happening,
} from './written-trail.test-setup.ts';

const small = { maxBytes: 3_000, backups: 50, checkpointEvery: 10 };

describe('there is nothing to say', () => {
  test('of a trail over many files, signed or not, and its summary is what is there', async () => {
    for (const checkpointEvery of [0, 10]) {
      const { contents } = writeTrail({ ...small, checkpointEvery }, [{ records: 100 }]);
      const { summary, findings } = await verify(contents, { publicKeys: [publicKey], maxUnsignedLines: 200 });
      const lines = linesOfTrail(contents);
      const last = lines.at(-1)!.bytes.subarray(0, -1);
      expect(findings).toEqual([]);
      expect(summary).toEqual({
        isWhole: true,
        breaches: 0,
        notices: 0,
        lines: lines.length,
        firstSeq: 1,
        head: { seq: lines.length, hash: hashOfLine(last) },
        checkpoints: checkpointEvery === 0 ? 0 : lines.length - 100,
        signedSeq: checkpointEvery === 0 ? undefined : lines.length,
        keptFound: 0,
        files: contents.size,
        bytes: [...contents.values()].reduce((total, { length }) => total + length, 0),
      });
    }
  });

  test('of one that goes on after a restart, and has the heads and checkpoints that were kept of it', async () => {
    const { contents, checkpoints } = writeTrail(small, [{ records: 30 }, { restart: {} }, { records: 30 }]);
    const earlier = writeTrail(small, [{ records: 30 }]);
    const { findings, summary } = await verify(contents, { keptCheckpoints: checkpoints, publicKeys: [publicKey] });
    expect(findings).toEqual([]);
    expect(new Set(checkpoints.map(({ seq }) => seq)).size).toBe(summary.keptFound);
    expect((await verify(earlier.contents)).summary.head).not.toEqual(summary.head);
  });

  test('of a directory with an empty file in it, and of a file with nothing but other programs’ lines', async () => {
    expect((await verify(new Map([['audit.log', Buffer.alloc(0)]]))).summary).toMatchObject({
      isWhole: true,
      lines: 0,
      firstSeq: undefined,
      head: undefined,
    });
    const foreign = await verify(new Map([['audit.log', Buffer.from('one\ntwo\n')]]));
    expect(shown(foreign.findings)).toEqual(['unsealed-lines audit.log:1']);
    expect(foreign.summary).toMatchObject({ isWhole: true, lines: 2, head: undefined });
  });

  test('of what four processes wrote together', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trail-'));
    try {
      const program = new URL('written-trail.test-writer.ts', import.meta.url);
      const ends = Array.from({ length: 4 }, () => once(fork(program, [directory, '300']), 'exit'));
      expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0, 0]);
      const { contents } = { contents: readTrail(directory) };
      const { findings, summary } = await verify(contents);
      expect(findings).toEqual([]);
      expect(summary).toMatchObject({ lines: 1_200, firstSeq: 1, head: { seq: 1_200 } });
      expect(summary.files).toBeGreaterThan(10);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('of backups that were compressed', async () => {
    const { contents } = writeTrail(small, [{ records: 60 }]);
    const compressed = new Map(
      [...contents].map(([name, bytes]) =>
        name === 'audit.log' || name === 'audit.log.1' ? [name, bytes] : [`${name}.gz`, gzipSync(bytes)],
      ),
    );
    const { findings, summary } = await verify(compressed);
    expect(findings).toEqual([]);
    expect(summary.lines).toBe(linesOfTrail(contents).length);
  });
});

describe('a notice says', () => {
  test('what retention removed, where the trail tells of it', async () => {
    const { contents } = writeTrail({ ...small, backups: 3 }, [{ records: 100 }]);
    const { findings, summary } = await verify(contents);
    const { seq: firstSeq } = sealOfLine(linesOfTrail(contents)[0]!.bytes.subarray(0, -1))!;
    expect(shown(findings)).toEqual([expect.stringMatching(/^retired audit\.log:\d+$/)]);
    expect(findings[0]?.message).toContain(`up to ${firstSeq - 1}, the last of them with audit.log.3.`);
    expect(summary).toMatchObject({ isWhole: true, firstSeq });
    expect(firstSeq).toBeGreaterThan(50);
  });

  test('what retention removed between two backups, as the oldest are beyond the count since that was lowered', async () => {
    const { contents } = writeTrail(small, [{ records: 60 }, { restart: { backups: 3 } }, { records: 60 }]);
    const { findings, summary } = await verify(contents);
    expect(namesByAge(contents)[0]).not.toBe('audit.log.3');
    expect(shown(findings)).toEqual([expect.stringMatching(/^retired audit\.log:\d+$/)]);
    expect(summary).toMatchObject({ isWhole: true, firstSeq: 1 });
    expect(summary.head!.seq).toBeGreaterThan(summary.lines);
  });

  test('what retention removed, where the writer died that was to tell the trail', async () => {
    const contents = diedRotating({ ...small, backups: 3 }, 100);
    const { findings, summary } = await verify(contents);
    expect(shown(findings)).toEqual(['newest-empty audit.log:0', 'retired audit.log.intent:0']);
    expect(findings[1]?.message).toContain(`up to ${summary.firstSeq! - 1}, the last of them with audit.log.3.`);
    expect(summary.isWhole).toBe(true);
    const forgotten = new Map([...contents].filter(([name]) => !name.endsWith('.intent')));
    expect(shown((await verify(forgotten)).breaches)).toEqual(['beginning-missing audit.log.3:1']);
  });

  test('that a dead writer’s half line was moved out', async () => {
    const { contents } = writeTrail(small, [{ records: 3 }, { foreign: '{"half": "a li' }, { records: 3 }]);
    const { findings, summary } = await verify(contents);
    expect(shown(findings)).toEqual(['tail-repaired audit.log:4']);
    expect(findings[0]?.message).toContain(`14 bytes (SHA-256 ${hashOfLine('{"half": "a li')})`);
    expect(summary.isWhole).toBe(true);
  });

  test('that the newest file ends in half a line', async () => {
    const { contents } = writeTrail(small, [{ records: 3 }]);
    const torn = new Map(contents).set('audit.log', Buffer.concat([contents.get('audit.log')!, Buffer.from('{"ti')]));
    const { findings, summary } = await verify(torn);
    expect(shown(findings)).toEqual([`torn-tail audit.log:${summary.lines + 1}`]);
    expect(summary.isWhole).toBe(true);
  });

  test('which lines have no seal, older ones than the trail among them', async () => {
    const { contents } = writeTrail({ ...small, checkpointEvery: 0 }, [
      { foreign: 'old\n' },
      { records: 2 },
      { foreign: 'one\ntwo\n' },
      { records: 2 },
      { foreign: 'last\n' },
    ]);
    const { findings, summary } = await verify(contents);
    expect(shown(findings)).toEqual([
      'unsealed-lines audit.log:1',
      'unsealed-lines audit.log:4',
      'unsealed-lines audit.log:8',
    ]);
    expect(findings.map(({ lines }) => lines)).toEqual([1, 2, 1]);
    expect(summary).toMatchObject({ isWhole: true, lines: 8, firstSeq: 1, head: { seq: 4 } });
  });

  test('that lines without a seal, behind which the trail began, are gone', async () => {
    const { contents } = writeTrail(small, [{ foreign: 'old\n' }, { records: 3 }]);
    const without = new Map([['audit.log', contents.get('audit.log')!.subarray('old\n'.length)]]);
    const { findings, summary } = await verify(without);
    expect(shown(findings)).toEqual(['unsealed-past audit.log:1']);
    expect(summary.isWhole).toBe(true);
  });

  test('that the newest file is empty, and that a backup is there twice', async () => {
    const { contents } = writeTrail(small, [{ records: 30 }]);
    const bytes = contents.get('audit.log.1')!;
    const others = [...contents].filter(([name]) => name !== 'audit.log');
    const { findings, summary } = await verify(
      new Map([...others, ['audit.log', Buffer.alloc(0)], ['audit.log.1.gz', gzipSync(bytes)]]),
    );
    expect(shown(findings)).toEqual(['compressed-twin audit.log.1.gz:0', 'newest-empty audit.log:0']);
    expect(summary.isWhole).toBe(true);
  });
});

test('no order of records, restarts, half lines and foreign lines is a breach, however small the files', () => {
  const happening: fc.Arbitrary<Happening> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ records: fc.integer({ min: 1, max: 12 }) }) },
    fc.constant({ restart: {} }),
    fc.record({ foreign: fc.constantFrom('foreign\n', 'two\nlines\n', '{"half', '\n') }),
  );
  return fc.assert(
    fc.asyncProperty(
      fc.record({
        maxBytes: fc.integer({ min: 500, max: 5_000 }),
        backups: fc.constant(1_000),
        checkpointEvery: fc.constantFrom(0, 5),
      }),
      fc.array(happening, { maxLength: 12 }),
      async (options, happenings) => {
        const { contents, checkpoints } = writeTrail(options, happenings);
        const { breaches } = await verify(contents, { publicKeys: [publicKey], keptCheckpoints: checkpoints });
        expect(breaches).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test('a trail is whole at every moment of being written and rotated by others', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'trail-'));
  try {
    const program = new URL('written-trail.test-writer.ts', import.meta.url);
    const writers = [0, 1].map(() => fork(program, [directory, '3000']));
    const ends = writers.map((writer) => once(writer, 'exit'));
    let verified = 0;
    await once(writers[0]!, 'message');
    while (writers.some(({ exitCode }) => exitCode === null)) {
      const findings: unknown[] = [];
      await verifyTrail({
        path: join(directory, 'audit.log'),
        onFinding: (finding) => void (finding.severity === 'breach' && findings.push(finding)),
      });
      expect(findings).toEqual([]);
      verified++;
    }
    await Promise.all(ends);
    expect(verified).toBeGreaterThan(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);
