/** What `forward` needs that npm does not install; where it can be had, it is got by asking. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { noCollector } from '../../servers/collector.ts';
import { elasticsearchVersion, noElasticsearch } from '../../servers/elasticsearch.ts';
import { kafkaVersion, noKafka } from '../../servers/kafka.ts';
import { noRsyslog } from '../../servers/rsyslog.ts';
import { remembering, type ExternalProgram } from '../external-program.ts';
import { locateForwardingRsyslog } from './rsyslog.ts';

const elasticsearch: ExternalProgram = {
  name: 'Elasticsearch',
  find: remembering(() => (noElasticsearch() === undefined ? { version: elasticsearchVersion } : undefined)),
};

/** The collector is built with it; the templates that all contestants need are put by the collector’s program. */
const go: ExternalProgram = {
  name: 'Go',
  find: remembering(() => {
    if (noCollector() !== undefined) return undefined;
    return { version: spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim().replace(/^go/, '') };
  }),
};

/** Both that which forwards and that which receives. */
const rsyslog: ExternalProgram = { name: 'rsyslog', find: remembering(findRsyslog) };

const kafka: ExternalProgram = {
  name: 'Kafka',
  find: remembering(() => (noKafka() === undefined ? { version: kafkaVersion } : undefined)),
};

export const programs: readonly ExternalProgram[] = [elasticsearch, go, rsyslog];
export const programsWithKafka: readonly ExternalProgram[] = [...programs, kafka];

function findRsyslog(): ReturnType<ExternalProgram['find']> {
  if (noRsyslog() !== undefined) return undefined;
  try {
    const { root, libraries } = locateForwardingRsyslog();
    const env = { LD_LIBRARY_PATH: libraries.join(':') };
    const { stdout } = spawnSync(join(root, 'usr/sbin/rsyslogd'), ['-v'], { encoding: 'utf8', env });
    const [, version] = /^rsyslogd\s+(\S+)/.exec(stdout) ?? [];
    return version === undefined ? undefined : { version };
  } catch {
    // There is no omelasticsearch for this machine.
    return undefined;
  }
}
