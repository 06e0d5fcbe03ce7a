/** What the manifests of deploy/kubernetes give a collector as its environment is what the collector understands. */
import { spawnSync } from 'node:child_process';

import { beforeAll, describe, expect, test } from 'vitest';

import { buildCollector, type BuiltCollector } from '../../collector/build.ts';
import {
  components,
  componentsWithKafka,
  containersOf,
  environmentOf,
  parse,
  renderOverlay,
  renderWith,
  workloads,
} from '../deploy/manifests.ts';
import { noCollector } from '../servers/collector.ts';
import { noKustomize } from '../servers/kustomize.ts';

const reason = noCollector() ?? noKustomize();
const kafka = ['a', 'b', 'c'].map((zone) => `kafka-${zone}.example.org:9092`).join(', ');
let built: BuiltCollector;

beforeAll(() => {
  if (reason === undefined) built = buildCollector(() => {});
});

function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const env = { PATH: process.env['PATH'], SENTRIKAT_COLLECTOR_CONFIG_DIR: built.configFolder, ...environment };
  return spawnSync(built.entrypoint, args, { encoding: 'utf8', env });
}

/** Of the first container of this name, in the workload of that name or in any. */
function environmentIn(rendered: string, name: string, workload?: string): Readonly<Record<string, string>> {
  const manifests = parse(rendered);
  const container = workloads(manifests)
    .filter(({ manifest: { metadata } }) => workload === undefined || metadata.name === workload)
    .flatMap(({ template }) => containersOf(template))
    .find((each) => each.name === name);
  if (container === undefined) throw new Error(`there is no container "${name}"`);
  return environmentOf(container, manifests);
}

describe.skipIf(reason !== undefined)(`a collector in Kubernetes ${reason ?? ''}`, () => {
  test.each([
    {
      what: 'the overlay development',
      render: () => renderOverlay('development'),
      forwards: ['Elasticsearch at http://elasticsearch:9200, data streams sentrikat-*'],
    },
    {
      what: 'the overlay staging',
      render: () => renderOverlay('staging'),
      forwards: [
        'Elasticsearch at https://elasticsearch.staging.example.org:9200, data streams sentrikat-*',
        'syslog at rsyslog.staging.example.org:6514 over tls',
      ],
    },
    {
      what: 'the overlay production',
      render: () => renderOverlay('production'),
      forwards: [
        'Elasticsearch at https://elasticsearch-1.example.org:9200, https://elasticsearch-2.example.org:9200, data streams sentrikat-*',
        'syslog at rsyslog.example.org:6514 over tls',
      ],
    },
    {
      what: 'a gateway of the overlay production-kafka',
      render: () => renderOverlay('production-kafka'),
      workload: 'sentrikat-collector',
      forwards: [`Kafka at ${kafka}, topic sentrikat-logs`],
    },
    {
      what: 'a writer of the overlay production-kafka',
      render: () => renderOverlay('production-kafka'),
      workload: 'sentrikat-collector-writer',
      forwards: [
        'Elasticsearch at https://elasticsearch-1.example.org:9200, https://elasticsearch-2.example.org:9200, data streams sentrikat-*',
        'syslog at rsyslog.example.org:6514 over tls',
      ],
    },
    {
      what: 'a sidecar',
      render: () => renderWith(components),
      forwards: [
        'Elasticsearch at https://elasticsearch:9200, data streams sentrikat-*',
        'syslog at rsyslog:6514 over tls',
      ],
    },
    {
      what: 'a gateway before Kafka',
      render: () => renderWith(componentsWithKafka),
      workload: 'sentrikat-collector',
      forwards: ['Kafka at kafka:9092, topic sentrikat-logs'],
    },
    {
      what: 'a writer behind Kafka',
      render: () => renderWith(componentsWithKafka),
      workload: 'sentrikat-collector-writer',
      forwards: [
        'Elasticsearch at https://elasticsearch:9200, data streams sentrikat-*',
        'syslog at rsyslog:6514 over tls',
      ],
    },
  ])('would start in $what, and forward to what was meant', ({ render, workload, forwards }) => {
    const { status, stdout, stderr } = run(['validate'], environmentIn(render(), 'collector', workload));
    expect(stderr).toBe('');
    expect(stdout).toBe(forwards.map((each) => `would forward to ${each}\n`).join(''));
    expect(status).toBe(0);
  });

  test('refuses what Kubernetes makes of the name of its Service, so that pods must not have it', () => {
    const environment = environmentIn(renderOverlay('staging'), 'collector');
    const { status, stderr } = run(['validate'], { ...environment, SENTRIKAT_COLLECTOR_PORT: 'tcp://10.0.0.7:4318' });
    expect(stderr).toContain('UNKNOWN_VARIABLE: "SENTRIKAT_COLLECTOR_PORT"');
    expect(status).toBe(2);
  });

  test('puts the templates of its data streams into Elasticsearch by a job', () => {
    const { status, stdout } = run(['bootstrap', '--dry-run'], environmentIn(renderOverlay('staging'), 'bootstrap'));
    expect(stdout).toContain('PUT _index_template/sentrikat-audit');
    expect(status).toBe(0);
  });
});
