/** The servers that tests start are real ones: each takes something in and gives it back, also after an accident. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { noElasticsearch, startElasticsearch, type ElasticsearchServer } from './elasticsearch.ts';
import { noRsyslog, startRsyslog, type Message, type RsyslogServer } from './rsyslog.ts';

const [withoutRsyslog, withoutElasticsearch] = [noRsyslog(), noElasticsearch()];

const frame = (text: string) => `<134>1 2026-01-02T03:04:05.678Z shop sentrikat 42 access [a@1 b="c"] ${text}`;
const parsed = (text: string): Omit<Message, 'input'> => ({
  raw: frame(text),
  pri: '134',
  time: '2026-01-02T03:04:05.678Z',
  hostname: 'shop',
  appName: 'sentrikat',
  processId: '42',
  messageId: 'access',
  structuredData: '[a@1 b="c"]',
  message: text,
});

describe.skipIf(withoutRsyslog !== undefined)(`rsyslog ${withoutRsyslog ?? ''}`, () => {
  let rsyslog: RsyslogServer;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });

  afterAll(() => rsyslog.stop());

  const received = (text: string) => rsyslog.received().filter(({ message }) => message.includes(text));
  const patient = { timeout: 10_000 };

  async function sendByTcp(bytes: string): Promise<void> {
    const socket = connect(Number(rsyslog.tcp.split(':')[1]), '127.0.0.1');
    socket.end(bytes);
    await once(socket.resume(), 'close');
  }

  test('receives by UDP', async () => {
    const socket = createSocket('udp4');
    socket.send(frame('by "UDP"'), Number(rsyslog.udp.split(':')[1]), '127.0.0.1');
    await expect.poll(() => received('by "UDP"'), patient).toEqual([{ ...parsed('by "UDP"'), input: 'imudp' }]);
    socket.close();
  });

  test('receives by TCP', async () => {
    await sendByTcp(`${frame('by TCP')}\n`);
    await expect.poll(() => received('by TCP'), patient).toEqual([{ ...parsed('by TCP'), input: 'imtcp' }]);
  });

  test('receives by TLS, with the certificate that clients are to trust', async () => {
    const ca = readFileSync(rsyslog.certificateFile);
    const socket = connectTls({ host: '127.0.0.1', port: Number(rsyslog.tls.split(':')[1]), ca });
    await once(socket, 'secureConnect');
    socket.end(`${frame('by TLS')}\n`);
    await once(socket.resume(), 'close');
    await expect.poll(() => received('by TLS'), patient).toEqual([{ ...parsed('by TLS'), input: 'imtcp' }]);
  });

  test('escapes a line feed in a frame that is counted, which stays one message', async () => {
    const sent = frame('first\nsecond');
    await sendByTcp(`${Buffer.byteLength(sent)} ${sent}`);
    await expect.poll(() => received('first'), patient).toEqual([{ ...parsed('first#012second'), input: 'imtcp' }]);
  });

  test('reads nothing while it is paused', async () => {
    await rsyslog.pause();
    const sent = sendByTcp(`${frame('during the pause')}\n`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const before = rsyslog.received().length;
    rsyslog.resume();
    await sent;
    await expect.poll(() => received('during the pause'), patient).toHaveLength(1);
    expect(rsyslog.received()).toHaveLength(before + 1);
  });

  test('is killed and started again on the same ports, with what it had received', async () => {
    const before = rsyslog.received().length;
    await rsyslog.kill();
    await expect(sendByTcp('')).rejects.toThrow('ECONNREFUSED');
    await rsyslog.restart();
    await sendByTcp(`${frame('after the accident')}\n`);
    await expect.poll(() => received('after the accident'), patient).toHaveLength(1);
    expect(rsyslog.received()).toHaveLength(before + 1);
  });

  test('does not take another that has its port for itself', async () => {
    await rsyslog.kill();
    const [host, port] = rsyslog.tcp.split(':');
    const other = createServer().listen(Number(port), host);
    await once(other, 'listening');
    await expect(rsyslog.restart()).rejects.toThrow('listens on less than it was told to');
    other.close();
    await rsyslog.restart();
  });
});

describe.skipIf(withoutElasticsearch !== undefined)(`Elasticsearch ${withoutElasticsearch ?? ''}`, () => {
  let elasticsearch: ElasticsearchServer;

  beforeAll(async () => {
    elasticsearch = await startElasticsearch();
  });

  afterAll(() => elasticsearch.stop());

  async function ask(path: string, init?: RequestInit): Promise<unknown> {
    const response = await fetch(`${elasticsearch.url}${path}`, {
      headers: { 'content-type': 'application/json' },
      ...init,
    });
    return response.json();
  }

  test('gives back a document, also after it was killed and started again', async () => {
    const body = JSON.stringify({ message: 'hello' });
    await ask('/things/_doc/1?refresh=true', { method: 'PUT', body });
    await elasticsearch.kill();
    await expect(ask('/things/_doc/1')).rejects.toThrow('fetch failed');
    await elasticsearch.restart();
    await expect.poll(() => ask('/things/_count'), { timeout: 30_000 }).toMatchObject({ count: 1 });
    expect(await ask('/things/_doc/1')).toMatchObject({ found: true, _source: { message: 'hello' } });
  });

  test('answers nothing while it is paused', async () => {
    await elasticsearch.pause();
    const answer = ask('/_cluster/health');
    const first = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, 'nothing'))]);
    elasticsearch.resume();
    expect(first).toBe('nothing');
    expect(await answer).toMatchObject({ number_of_nodes: 1 });
  });
});
