/** `forward`: what it costs to bring records from the network to Elasticsearch and to syslog. */
import { randomUUID } from 'node:crypto';

import { startElasticsearch, type ElasticsearchServer } from '../../servers/elasticsearch.ts';
import type { Contestant, Sample, Scenario, Size } from '../scenario.ts';
import type { Forwarder } from './forwarder.ts';
import { forwarders, rsyslogInMemory, type ForwarderRow } from './forwarders.ts';
import { costOf } from './process-cost.ts';
import { programs } from './programs.ts';
import { arrivalColumns, sendThrough, sizes } from './send-through.ts';
import { openSinks, type Sinks } from './sinks.ts';

export const forwardScenario: Scenario = forwardScenarioOn(startElasticsearch);

/** All samples share one Elasticsearch, each with data streams of its own. */
export function forwardScenarioOn(start: () => Promise<Pick<ElasticsearchServer, 'url' | 'stop'>>): Scenario {
  let url: string;
  return {
    name: 'forward',
    title: 'From the network to Elasticsearch and syslog',
    about: `${sizes.full.records.toLocaleString('en-US')} records, by turns of access.log and of audit.log, are sent to a forwarder as fast as it takes them, after ${sizes.full.warmUp.toLocaleString('en-US')} that are not counted,
and go from there to a real Elasticsearch, into a data stream for each concern and with the record’s id, and over TCP to a real rsyslog. Both get the same
document, of 820 to 920 bytes of JSON. The clock runs from the first byte sent until both have every record; CPU is the
forwarder’s own user and system time of all threads meanwhile. **Compare CPU, not records/s**: the sender, Elasticsearch, which takes most of it,
and the receiver share the cores with the forwarder, so the rate is that of the whole machine, and on one with more cores it would be another. Nothing fails here:
what a destination costs that is away is not measured.`,
    runs: { full: 3, quick: 1 },
    setUp: async () => {
      const server = await start();
      url = server.url;
      return server.stop;
    },
    contestants: forwarders.map((row) => contestant(row, () => url)),
    columns: [
      { title: 'CPU µs/record', figure: 'cpuMicrosPerRecord', summary: 'median', digits: 1, withSpread: true },
      {
        title: `× ${rsyslogInMemory}`,
        figure: 'cpuMicrosPerRecord',
        summary: 'median',
        digits: 2,
        relativeTo: rsyslogInMemory,
      },
      { title: 'records/s', figure: 'recordsPerSecond', summary: 'median', digits: 0, withSpread: true },
      {
        title: `× ${rsyslogInMemory}`,
        figure: 'recordsPerSecond',
        summary: 'median',
        digits: 2,
        relativeTo: rsyslogInMemory,
      },
      { title: 'peak RSS MiB', figure: 'peakRssMiB', summary: 'highest', digits: 0 },
      ...arrivalColumns,
    ],
  };
}

function contestant({ name, note, start }: ForwarderRow, elasticsearchUrl: () => string): Contestant {
  return {
    name,
    note,
    packages: [],
    programs,
    measure: async ({ size, directory }) => {
      const elasticsearch = elasticsearchUrl();
      const prefix = `bench-${randomUUID()}-`;
      const sinks = await openSinks(elasticsearch, prefix);
      try {
        const forwarder = await start(directory, { elasticsearch, prefix, syslog: sinks.syslog });
        try {
          return await forward(forwarder, sinks, size);
        } finally {
          await forwarder.stop();
        }
      } finally {
        await sinks.stop();
      }
    },
  };
}

async function forward({ pid, prepare }: Forwarder, sinks: Sinks, size: Size): Promise<Sample> {
  const { records, before, after, arrivals } = await sendThrough(size, { prepare, sinks, stateOf: () => costOf(pid) });
  return {
    ...arrivals,
    cpuMicrosPerRecord: (after.cpuMicros - before.cpuMicros) / records,
    peakRssMiB: after.peakRssKiB / 1024,
  };
}
