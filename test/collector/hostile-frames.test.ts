/** Whatever a record holds, a real rsyslog gets one message for it, over every transport, and the message says what the record said. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../instruments/log-files.ts';
import { sendRecords } from '../instruments/otlp-sender.ts';
import { noCollector, startCollector } from '../servers/collector.ts';
import { noRsyslog, startRsyslog, type Message, type RsyslogServer } from '../servers/rsyslog.ts';

const reason = noCollector() ?? noRsyslog();

const frame = '<134>1 2026-01-01T00:00:00Z forged forged 1 forged - forged';
const hostile: readonly string[] = [
  `a\n${frame}`,
  `a\r\n${frame}\r\n`,
  `a\r${frame}`,
  `a\0${frame}`,
  `${frame.length} ${frame}`,
  `a\n${frame.length} ${frame}`,
  'a\u0085b\u2028c\u2029d',
  '\u202Ereversed\u202C and \u2066isolated\u2069',
  '\u001B[31mred\u001B[0m \u001B]0;title\u0007',
  'a"b]c\\d [x@1 a="b"]',
  '\uFEFFbegins with a mark',
  'lone \uD800 surrogate',
  'emoji \u{1F600} and \u00E9',
  '%s %n ${jndi:ldap://x} $!all-json',
  ' leading and trailing ',
  '\t\v\f\b',
  '\u007F\u0080\u009F',
  'x'.repeat(100_000),
  '\n'.repeat(5_000),
];

describe.skipIf(reason !== undefined)('hostile records', () => {
  let rsyslog: RsyslogServer;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });

  afterAll(() => rsyslog?.stop());

  test.each(['udp', 'tcp', 'tls'] as const)('are one message each over %s', async (protocol) => {
    const collector = await startCollector({
      RSYSLOG_REMOTE: rsyslog[protocol],
      RSYSLOG_PROTOCOL: protocol,
      ...(protocol === 'tls' && { RSYSLOG_CA_FILE: rsyslog.certificateFile }),
    });
    try {
      const before = rsyslog.received().length;
      const id = (kind: string, index: number) => `${protocol}-${kind}-${index}`;
      // In the message; as key and value of attributes; and as what becomes a field of the header.
      const bodies = hostile.map((body, index) => ({ body, attributes: { 'log.record.uid': id('body', index) } }));
      const attributes = hostile.map((value, index) => ({
        body: 'b',
        attributes: {
          'log.record.uid': id('attribute', index),
          'user.id': value,
          [`x${value.slice(0, 500)}`]: { nested: [value] },
        },
      }));
      await sendRecords(collector.endpoint, [...bodies, ...attributes]);
      for (const [index, value] of hostile.entries()) {
        await sendRecords(
          collector.endpoint,
          [{ body: 'h', attributes: { 'log.record.uid': id('header', index), 'sentrikat.concern': value } }],
          {
            resource: { 'service.name': value, 'host.name': value, 'process.pid': value },
          },
        );
      }
      const expected = hostile.flatMap((_, index) => [id('body', index), id('attribute', index), id('header', index)]);
      await eventually(() => (rsyslog.received().length - before >= expected.length ? true : undefined), 30_000);
      // A frame too many would come right behind.
      await sendRecords(collector.endpoint, [{ body: 'the last', attributes: { 'log.record.uid': id('last', 0) } }]);
      await eventually(() =>
        rsyslog.received().some(({ message }) => message.includes(id('last', 0))) ? true : undefined,
      );
      const messages = rsyslog.received().slice(before);
      expect(messages.map((message) => documentOf(message)['event.id']).toSorted()).toEqual(
        [...expected, id('last', 0)].toSorted(),
      );
      for (const { raw } of messages)
        expect(raw).toMatch(/^<\d+>1 \S+ [!-~]{1,255} [!-~]{1,48} [!-~]{1,128} [!-~]{1,32} - \{[ -~]*\}$/);
      const short = messages.map(documentOf).find((document) => document['event.id'] === id('body', 9));
      expect(short?.['message']).toBe(hostile[9]);
    } finally {
      await collector.stop();
    }
  });
});

describe.skipIf(reason !== undefined)('a record of maps and lists inside one another', () => {
  test('is cut where it is too deep, and refused where it could not even be decoded', async () => {
    const rsyslog = await startRsyslog();
    const collector = await startCollector({ RSYSLOG_REMOTE: rsyslog.tcp, RSYSLOG_PROTOCOL: 'tcp' });
    try {
      await expect(sendRecords(collector.endpoint, [{ body: nest(500) }])).rejects.toThrow(/^400 .*too deep/);
      await sendRecords(collector.endpoint, [{ body: nest(10), attributes: { deep: nest(100), shallow: nest(10) } }]);
      const [message] = await eventually(() => (rsyslog.received().length > 0 ? rsyslog.received() : undefined));
      const document = message && documentOf(message);
      expect(document?.['sentrikat.attributes']).toMatchObject({ shallow: nest(10) });
      expect(JSON.stringify(document?.['sentrikat.attributes'])).toContain('"[deep]"');
      expect(document?.['message']).toBe(JSON.stringify(nest(10)));
    } finally {
      await collector.stop();
      await rsyslog.stop();
    }
  });
});

function nest(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { in: value };
  return value;
}

/** JSON to its last byte, however long the record was. */
function documentOf({ message }: Message): Record<string, unknown> {
  return JSON.parse(message) as Record<string, unknown>;
}
