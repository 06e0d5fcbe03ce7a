import { logs, SeverityNumber, type Logger, type LogRecord } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { handOver, isHandingOver, Outlet } from './outlet.ts';

const { INFO } = SeverityNumber;
let emitted: LogRecord[];
let wants: Logger['enabled'];
let onEmit: () => void;

beforeEach(() => {
  emitted = [];
  wants = () => true;
  onEmit = () => {};
  const emit = (record: LogRecord): void => {
    emitted.push(record);
    onEmit();
  };
  logs.setGlobalLoggerProvider({ getLogger: () => ({ emit, enabled: (options) => wants(options) }) });
});

afterEach(() => logs.disable());

test('a record that nobody wants is not read', () => {
  wants = () => false;
  new Outlet('test').emit(INFO, () => expect.unreachable('was read'));
  expect(emitted).toEqual([]);
});

test('what is logged while a record is emitted is counted, by the next one of any bridge', () => {
  const [one, other] = [new Outlet('one'), new Outlet('other')];
  onEmit = () => other.emit(INFO, () => ({ body: 'inner' }));
  one.emit(INFO, () => ({ body: 'first' }));
  onEmit = () => {};
  other.emit(INFO, () => ({ body: 'second' }));
  one.emit(INFO, () => ({ body: 'third' }));
  expect(emitted.map(({ body, attributes }) => [body, attributes])).toEqual([
    ['first', {}],
    ['second', { 'sentrikat.unheard_records': 1 }],
    ['third', {}],
  ]);
});

test('a record that cannot be read is not thrown into the logger: one says so, and the next is emitted', () => {
  const outlet = new Outlet('test');
  outlet.emit(INFO, () => {
    throw new Error('unreadable');
  });
  outlet.emit(INFO, () => ({ body: 'next' }));
  expect(emitted).toMatchObject([
    { eventName: 'logging.unreadable', body: 'a record of test could not be read: unreadable' },
    { body: 'next' },
  ]);
});

test('a pipeline that throws is nothing to the logger', () => {
  onEmit = () => {
    throw new Error('no pipeline');
  };
  expect(() => new Outlet('test').emit(INFO, () => ({ body: 'lost' }))).not.toThrow();
});

test('a handover ends however it ends', () => {
  expect(handOver(() => handOver(isHandingOver) && isHandingOver())).toBe(true);
  expect(() =>
    handOver(() => {
      throw new Error('disk');
    }),
  ).toThrow('disk');
  expect(isHandingOver()).toBe(false);
});
