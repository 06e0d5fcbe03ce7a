import { describe, expect, test } from 'vitest';

import { eventOfAction, eventRow, eventTables, type EventConcern, type EventRow } from './events.ts';
import { loggingEvents } from './logging-events.ts';

const all = (Object.entries(eventTables) as [EventConcern, readonly EventRow[]][]).flatMap(([concern, rows]) =>
  rows.map((row) => ({ concern, ...row })),
);

test('no event is in two tables, or twice in one', () => {
  const names = [...all, ...loggingEvents].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('no action means two events', () => {
  const actions = all.flatMap((row) => row.actions ?? []);
  expect(actions.filter((action, index) => actions.indexOf(action) !== index)).toEqual([]);
});

describe.each<EventRow>([...all, ...loggingEvents])('$name', (row) => {
  test('has a name that does not vary, and columns of the right form', () => {
    expect(row.name).toMatch(/^[a-z]+(\.[a-z_]+)+$/);
    expect(row.ecs).toMatch(/^[a-z_]+: [a-z]+(, [a-z]+)*$/);
    expect(row.ocsf).toMatch(/^[36]00[1-8]:\d{1,2}$/);
    expect(row.owasp ?? 'x').toMatch(/^[a-z_]+$/);
    expect(row.about).toMatch(/^[A-Z].*\.$/);
  });
});

describe.each(all)('$name', (row) => {
  test('is found by its name, in its own table alone', () => {
    const concerns = (Object.keys(eventTables) as EventConcern[]).filter((concern) => eventRow(concern, row.name));
    expect(concerns).toEqual([row.concern]);
  });
});

test.each([
  ['CREATE', 'users', 'user.created'],
  ['CREATE', 'products', 'entity.created'],
  ['UPDATE', 'settings', 'config.changed'],
  ['ROLE_CHANGE', 'users', 'user.role.changed'],
  ['BATCH_DELETE', 'products', 'entity.bulk_deleted'],
  ['ACKNOWLEDGE_CVE', 'vulnerability_matches', 'entity.updated'],
  ['__proto__', 'constructor', 'entity.updated'],
])('%s on %s is %s', (action, resource, event) => {
  expect(eventOfAction(action, resource)).toBe(event);
});

test.each(loggingEvents)('$name, which the logging says of itself, is not for others to say', ({ name }) => {
  const concerns = (Object.keys(eventTables) as EventConcern[]).filter((concern) => eventRow(concern, name));
  expect(concerns).toEqual([]);
});

test('a name of the prototype is no event', () => {
  expect(eventRow('security', 'constructor')).toBeUndefined();
});
