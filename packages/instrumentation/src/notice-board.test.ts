import { SeverityNumber } from '@opentelemetry/api';
import type { LogFilesEvent } from '@sentrikat/file-exporter';
import { beforeEach, describe, expect, test } from 'vitest';

import type { DerivedRecord } from './derived-record.ts';
import { NoticeBoard } from './notice-board.ts';
import { notices, type Degraded } from './notices.ts';

let printed: string[];
let records: DerivedRecord[];
let board: NoticeBoard;

beforeEach(() => {
  printed = [];
  records = [];
  board = boardThat({ tellsTrail: false });
});

function boardThat({ tellsTrail }: { tellsTrail: boolean }): NoticeBoard {
  return new NoticeBoard({ print: (text) => void printed.push(text), user: 'uid 10001', tellsTrail });
}

function connect(): void {
  board.connect((record) => records.push(record));
}

function degraded(file: string, effect: Degraded['effect'] = 'waiting', directory = '/logs'): void {
  const error = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', errno: -28 });
  board.onFilesEvent({ type: 'degraded', concern: file, path: `${directory}/${file}.log`, effect, error });
}

function recovered(file: string): void {
  board.onFilesEvent({ type: 'recovered', concern: file, path: `/logs/${file}.log`, droppedRecords: 3 });
}

function headlines(): string[] {
  return printed.map((text) => text.split('\n')[0] ?? '');
}

/** What the audit trail hears. */
function told(): unknown[] {
  return records.filter(({ concern }) => concern === 'audit').map(({ eventName, body }) => [eventName, body]);
}

test('prints a notice, and records it as one line in application.log', () => {
  connect();
  board.post(notices.NODE_TOO_OLD('v18.0.0'));
  expect(headlines()).toEqual(['NODE_TOO_OLD: this is Node v18.0.0, and the preload needs 22.15 or later']);
  expect(records).toEqual([
    {
      concern: 'application',
      severityNumber: SeverityNumber.WARN,
      eventName: 'logging.misconfigured',
      body: expect.stringMatching(/^NODE_TOO_OLD: this is .*; the application runs .*; run the service .*$/),
      attributes: {},
    },
  ]);
});

test('records a remark without printing it', () => {
  connect();
  board.remark(notices.VARIABLES_IGNORED(['SENTRIKAT_URL']));
  expect(printed).toEqual([]);
  expect(records).toMatchObject([{ body: expect.stringContaining('VARIABLES_IGNORED: ') }]);
});

test('keeps records until it is connected, prints at once, and says nothing twice', () => {
  board.post(notices.UNKNOWN_CONCERN('one'));
  degraded('audit');
  expect(printed).toHaveLength(2);
  connect();
  board.post(notices.UNKNOWN_CONCERN('three'));
  expect(records.map(({ eventName, body }) => [eventName, body.split(' ')[0]])).toEqual([
    ['logging.misconfigured', 'UNKNOWN_CONCERN:'],
    ['logging.degraded', 'LOG_FILE_REFUSED:'],
    ['logging.misconfigured', 'UNKNOWN_CONCERN:'],
  ]);
});

test('loses nothing where recording says something itself', () => {
  board.post(notices.UNKNOWN_CONCERN('one'));
  board.post(notices.UNKNOWN_CONCERN('two'));
  board.connect((record) => {
    records.push(record);
    if (records.length === 1) board.post(notices.UNKNOWN_CONCERN('three'));
  });
  expect(records.map(({ body }) => /"(one|two|three)"/.exec(body)?.[1]).toSorted()).toEqual(['one', 'three', 'two']);
});

describe('files in trouble', () => {
  beforeEach(connect);

  test('are printed once for one reason and directory, and recorded each', () => {
    for (const file of ['audit', 'access', 'error']) degraded(file);
    expect(headlines()).toEqual(['LOG_FILE_REFUSED: cannot write "/logs/audit.log" (ENOSPC)']);
    expect(records.map(({ eventName }) => eventName)).toEqual(Array(3).fill('logging.degraded'));
  });

  test('are printed for each reason and each directory', () => {
    degraded('audit');
    degraded('audit', 'unrotated');
    degraded('audit', 'waiting', '/fallback');
    expect(headlines()).toHaveLength(3);
  });

  test('are printed again once all have recovered, and not before', () => {
    degraded('audit');
    degraded('access');
    recovered('audit');
    degraded('audit');
    expect(printed).toHaveLength(1);
    recovered('audit');
    recovered('access');
    degraded('access');
    expect(printed).toHaveLength(2);
  });

  test('are recorded when they are well again, with what is missing', () => {
    degraded('audit');
    recovered('audit');
    expect(printed).toHaveLength(1);
    expect(records[1]).toEqual({
      concern: 'application',
      severityNumber: SeverityNumber.WARN,
      eventName: 'logging.recovered',
      body: '"/logs/audit.log" is written again; records dropped in between: 3',
      attributes: { 'file.path': '/logs/audit.log', 'sentrikat.dropped_records': 3 },
    });
  });
});

test('records a concern that does not exist, and prints nothing, since a client may name it', () => {
  connect();
  const event: LogFilesEvent = { type: 'unknown-concern', value: 'a\nb' };
  board.onFilesEvent(event);
  expect(printed).toEqual([]);
  expect(records).toMatchObject([
    { eventName: 'logging.unknown_concern', body: expect.stringContaining('"sentrikat.concern" "a\\nb"') },
  ]);
});

test('records a checkpoint outside of the trail as well, with all that proves it', () => {
  connect();
  const checkpoint = { seq: 7, prevHash: 'ab', time: '2026-01-01T00:00:00.000000Z', keyId: 'cd', signature: 'ef==' };
  board.onFilesEvent({ type: 'checkpoint', concern: 'audit', checkpoint });
  expect(printed).toEqual([]);
  expect(records).toMatchObject([
    {
      concern: 'application',
      eventName: 'audit.checkpoint',
      attributes: { 'sentrikat.checkpoint.seq': 7, 'sentrikat.checkpoint.signature': 'ef==' },
    },
  ]);
  expect(JSON.parse(records[0]?.body.replace(/^checkpoint of the audit trail: /, '') ?? '')).toEqual(checkpoint);
});

describe('the trail', () => {
  test('is told nothing of itself where nobody asks for it', () => {
    connect();
    degraded('audit');
    recovered('audit');
    board.end();
    expect(told()).toEqual([]);
  });

  test('is told that it starts, before all else, that it stops, and what its own trouble was', () => {
    board = boardThat({ tellsTrail: true });
    degraded('audit');
    degraded('access');
    connect();
    recovered('access');
    recovered('audit');
    board.end();
    expect(records[0]?.eventName).toBe('logging.started');
    expect(told()).toEqual([
      ['logging.started', 'START audit_log'],
      [
        'logging.degraded',
        expect.stringMatching(
          /^DEGRADE audit_log - LOG_FILE_REFUSED: cannot write "\/logs\/audit\.log" \(ENOSPC\); its lines /,
        ),
      ],
      ['logging.recovered', 'RECOVER audit_log - "/logs/audit.log" is written again; records dropped in between: 3'],
      ['logging.stopped', 'STOP audit_log'],
    ]);
    expect(records.filter(({ concern }) => concern === 'application')).toHaveLength(4);
  });

  test('says it as of any event: who, what, to what, whether it went well', () => {
    board = boardThat({ tellsTrail: true });
    connect();
    degraded('audit');
    expect(records[0]).toMatchObject({
      severityNumber: SeverityNumber.INFO,
      attributes: {
        'user.id': 'system',
        'sentrikat.actor.type': 'system',
        'sentrikat.action': 'START',
        'sentrikat.resource': 'audit_log',
        'event.outcome': 'success',
        'process.pid': process.pid,
      },
    });
    expect(records.at(-1)).toMatchObject({
      severityNumber: SeverityNumber.WARN,
      attributes: { 'sentrikat.action': 'DEGRADE', 'event.outcome': 'failure' },
    });
  });
});
