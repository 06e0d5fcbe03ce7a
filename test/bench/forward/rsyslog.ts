/** The rival: rsyslog, sent the ready documents, a line each, over TCP. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { locate, type Location } from '../../servers/debian-package.ts';
import { freePort } from '../../servers/free-port.ts';
import { hasStarted } from '../../servers/rsyslog.ts';
import { startProcess } from '../../servers/server-process.ts';
import { documentOf } from './document.ts';
import type { Destinations, StartForwarder } from './forwarder.ts';

/** Throws where there is none and none can be had. */
export function locateForwardingRsyslog(): Location {
  return locate({
    name: 'rsyslog-elasticsearch',
    packages: ['rsyslog', 'rsyslog-elasticsearch'],
    files: ['usr/sbin/rsyslogd', 'usr/lib/*-linux-*/rsyslog/omelasticsearch.so'],
  });
}

/** `queue` is of each action. https://www.rsyslog.com/doc/rainerscript/queue_parameters.html */
export function rsyslogWith(queue: Readonly<Record<string, string>>): StartForwarder {
  return async (directory, destinations) => {
    const { root, libraries } = locateForwardingRsyslog();
    const [configuration, own] = [join(directory, 'rsyslog.conf'), join(directory, 'own.log')];
    const port = await freePort();
    await writeFile(configuration, configurationFor({ directory, own }, port, queue, destinations));
    const server = startProcess(
      join(root, 'usr/sbin/rsyslogd'),
      ['-n', '-x', '-f', configuration, '-i', join(directory, 'pid'), '-M', modulesIn(libraries)],
      { env: { LD_LIBRARY_PATH: libraries.join(':') } },
    );
    try {
      await server.untilReady(() => hasStarted(own), 30_000);
    } catch (error) {
      await server.end('SIGKILL');
      throw error;
    }
    return {
      pid: server.pid ?? Number.NaN,
      prepare: (records) => {
        const lines = chunksOf(records.map((record) => `${JSON.stringify(documentOf(record))}\n`));
        return () => send(port, lines);
      },
      stop: () => server.end('SIGKILL'),
    };
  };
}

function modulesIn(libraries: readonly string[]): string {
  return libraries.map((library) => join(library, 'rsyslog')).join(':');
}

function chunksOf(lines: readonly string[]): readonly Buffer[] {
  const chunkLines = 100;
  return Array.from({ length: Math.ceil(lines.length / chunkLines) }, (_, index) =>
    Buffer.from(lines.slice(index * chunkLines, (index + 1) * chunkLines).join('')),
  );
}

async function send(port: number, chunks: readonly Buffer[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  await pipeline(chunks, socket);
}

function configurationFor(
  { directory, own }: Record<'directory' | 'own', string>,
  port: number,
  queue: Readonly<Record<string, string>>,
  { elasticsearch, prefix, syslog }: Destinations,
): string {
  const { hostname, port: elasticsearchPort } = new URL(elasticsearch);
  const [target, targetPort] = syslog.split(':');
  return `global(workDirectory="${directory}" maxMessageSize="64k" processInternalMessages="on")
module(load="imtcp")
module(load="mmjsonparse")
module(load="omelasticsearch")
template(name="document" type="string" string="%rawmsg%")
template(name="stream" type="string" string="${prefix}%$!sentrikat.concern%")
template(name="id" type="string" string="%$!event.id%")
template(name="message" type="string" string="<%$.priority%>1 %$!@timestamp% %$!host.name% %$!service.name% - %$!sentrikat.concern% - %rawmsg%")
# What rsyslog has to say of itself.
action(type="omfile" file="${own}")
# Without a queue of its own: what is read from the socket is in those of the actions before more is read.
ruleset(name="forward" queue.type="Direct") {
  action(type="mmjsonparse" cookie="" useRawMsg="on")
  if $!sentrikat.concern == "audit" then set $.priority = 110; else set $.priority = 142;
  action(type="omelasticsearch" server="${hostname}" serverport="${elasticsearchPort}" action.resumeRetryCount="-1"
    template="document" searchIndex="stream" dynSearchIndex="on" searchType="" bulkid="id" dynbulkid="on"
    bulkmode="on" writeoperation="create" errorFile="${join(directory, 'refused.log')}"
    ${parametersOf({ ...queue, filename: 'elasticsearch', workerThreads: '2' })})
  action(type="omfwd" target="${target}" port="${targetPort}" protocol="tcp" TCP_Framing="octet-counted"
    template="message" action.resumeRetryCount="-1" ${parametersOf({ ...queue, filename: 'syslog' })})
}
input(type="imtcp" port="${port}" address="127.0.0.1" ruleset="forward")
`;
}

function parametersOf(queue: Readonly<Record<string, string>>): string {
  return Object.entries(queue)
    .map(([name, value]) => `queue.${name}="${value}"`)
    .join(' ');
}
