/**
 * The manifests of deploy/kubernetes: what is rendered is what stands in `rendered`, and whatever is chosen of them, nothing is
 * missing that a reviewer looks for. What an API server says of them is in kubernetes-server.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { concerns } from '@sentrikat/file-exporter';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';

import { goInstalled } from '../servers/go-program.ts';
import { noKustomize } from '../servers/kustomize.ts';
import { customKinds, problemsWith } from './kubernetes-custom-resources.ts';
import {
  bytes,
  combinations,
  componentsWithKafka,
  containersOf,
  environmentOf,
  kubernetesFolder,
  overlays,
  parse,
  renderOverlay,
  renderWith,
  stayingContainersOf,
  workloads,
  type Container,
  type Manifest,
} from './manifests.ts';

const withoutKustomize = noKustomize();
const mebibyte = 2 ** 20;

/** What each pod is to be like; an asymmetric matcher where the value varies. */
const podRows = {
  'runs as nobody in particular, and never as root': {
    securityContext: { runAsNonRoot: true, runAsUser: 10_001, runAsGroup: 10_001 },
  },
  'may write to its volumes, and is not held up by their files': {
    securityContext: { fsGroup: 10_001, fsGroupChangePolicy: 'OnRootMismatch' },
  },
  'may make only the usual system calls': { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
  'has an account of its own, and no token for the API server': {
    serviceAccountName: expect.stringMatching(/^sentrikat/),
    automountServiceAccountToken: false,
  },
  'takes no variables from the names of Services': { enableServiceLinks: false },
  'is not the first to be evicted': { priorityClassName: 'sentrikat' },
};

const containerRows = {
  'comes from an image that is named by a digest, or by a tag that is not moved on purpose': {
    image: expect.stringMatching(/^[\w./-]+(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/),
    imagePullPolicy: 'IfNotPresent',
  },
  'has a root file system that it cannot write to, and no privileges': {
    securityContext: {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
  },
  'says what it needs': {
    resources: {
      requests: { cpu: expect.any(String), 'ephemeral-storage': expect.any(String) },
      limits: { 'ephemeral-storage': expect.any(String) },
    },
  },
};

const http = (port: string) => expect.objectContaining({ httpGet: expect.objectContaining({ port }) });
const tcp = (port: string) => expect.objectContaining({ tcpSocket: { port } });

/** By the name of the container. */
const probes: Readonly<Record<string, object>> = {
  collector: { startupProbe: http('health'), livenessProbe: http('health') },
  // A database that is away must not restart the service.
  sentrikat: { startupProbe: tcp('http'), livenessProbe: tcp('http'), readinessProbe: http('http') },
};

/** What there is to be of each kind, in the base. */
const objectRows: readonly (readonly [kind: string, name: string, expected: object])[] = [
  ['Deployment', 'sentrikat', { minReadySeconds: 10, strategy: { rollingUpdate: { maxUnavailable: 0 } } }],
  ['StatefulSet', 'sentrikat-collector', { minReadySeconds: 10, updateStrategy: { type: 'RollingUpdate' } }],
  [
    'StatefulSet',
    'sentrikat-collector',
    { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Retain' } },
  ],
  ['StatefulSet', 'sentrikat-collector', { serviceName: 'sentrikat-collector-pods', podManagementPolicy: 'Parallel' }],
  ['Service', 'sentrikat-collector-pods', { clusterIP: 'None' }],
  ['Service', 'sentrikat-collector', { ports: [{ name: 'otlp-http', port: 4318, targetPort: 'otlp-http' }] }],
  ['PodDisruptionBudget', 'sentrikat', { maxUnavailable: 1 }],
  ['PodDisruptionBudget', 'sentrikat-collector', { maxUnavailable: 1 }],
  [
    'HorizontalPodAutoscaler',
    'sentrikat',
    { scaleTargetRef: { name: 'sentrikat' }, behavior: { scaleDown: { stabilizationWindowSeconds: 600 } } },
  ],
];

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
}

/** What kube-score finds, and why it is so all the same. */
const accepted: Readonly<Record<string, string>> = {
  'CPU limit is not set': 'requests would wait while the node is idle',
  'ImagePullPolicy is not set to Always': 'a registry that is away must not keep a pod from starting again',
  'Deployment does not have a host podAntiAffinity set': 'topologySpreadConstraints do it, over zones too',
  'StatefulSet does not have a host podAntiAffinity set': 'topologySpreadConstraints do it, over zones too',
  'Container has the same readiness and liveness probe':
    'the collector has one answer, of itself and not of its destinations',
};

const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
/** Ports that a Service sends to, until its endpoints are told otherwise. */
const inlets: ReadonlySet<string> = new Set(['http', 'otlp-http']);

const isCollector = ({ name }: Container) => name === 'collector';

/** How many destinations the environment names; to somebody who fetches from Kafka, it is none. */
function destinations(environment: Readonly<Record<string, string>>): number {
  const names = ['ELASTIC_HOST', 'RSYSLOG_REMOTE'];
  if (environment['SENTRIKAT_COLLECTOR_INPUT'] !== 'kafka') names.push('KAFKA_BROKERS');
  return names.filter((name) => (environment[name] ?? '') !== '').length;
}

describe.skipIf(withoutKustomize !== undefined)(`kustomize ${withoutKustomize ?? ''}`, () => {
  test.each(overlays)('renders the overlay %s to what stands in deploy/kubernetes/rendered', async (name) => {
    const remedy = 'it is stale; npx vitest run --project system test/deploy/kubernetes.test.ts --update makes it anew';
    await expect(renderOverlay(name), remedy).toMatchFileSnapshot(join(kubernetesFolder, 'rendered', `${name}.yaml`));
  });

  // Where it was never built, that takes most of the time.
  test('renders nothing in which kube-score finds more than was meant', { timeout: 300_000 }, () => {
    const kubeScore = goInstalled('kube-score', 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0');
    // Development has one of each and no network policy, on purpose.
    const files = overlays
      .filter((name) => name !== 'development')
      .map((name) => join(kubernetesFolder, 'rendered', `${name}.yaml`));
    const { stdout } = spawnSync(kubeScore, ['score', '--output-format', 'ci', ...files], { encoding: 'utf8' });
    expect(stdout).toContain('[OK]');
    const found = stdout.split('\n').filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line));
    const reasons = Object.keys(accepted);
    expect(found.filter((line) => !reasons.some((reason) => line.endsWith(reason)))).toEqual([]);
    expect(reasons.filter((reason) => !found.some((line) => line.endsWith(reason)))).toEqual([]);
  });

  const base = withoutKustomize === undefined ? parse(renderWith([])) : [];

  test.each(objectRows)('has in its base a %s %s with %j', (kind, name, expected) => {
    expect(find(base, kind, name)?.spec).toMatchObject(expected);
  });

  test('has in its base a namespace where nothing else may run', () => {
    expect(find(base, 'Namespace', 'sentrikat')?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    });
  });

  test('spreads what has more than one pod over zones and nodes', () => {
    const spread = workloads(base).map(({ template: { spec } }) => spec);
    expect(spread).toHaveLength(2);
    for (const spec of spread) {
      expect(spec).toMatchObject({
        topologySpreadConstraints: [
          { topologyKey: 'topology.kubernetes.io/zone' },
          { topologyKey: 'kubernetes.io/hostname' },
        ],
      });
    }
  });
});

describe.skipIf(withoutKustomize !== undefined).each(combinations)('%s', (...[, rendered]) => {
  const manifests = withoutKustomize === undefined ? parse(rendered()) : [];
  const pods = workloads(manifests);
  const containers = pods.flatMap(({ template }) => containersOf(template));
  const collectors = containers.filter(isCollector);

  test.each(Object.entries(podRows))('a pod %s', (...[, expected]) => {
    expect(pods.length).toBeGreaterThan(0);
    for (const { manifest, template } of pods) expect(template.spec, manifest.metadata.name).toMatchObject(expected);
  });

  test.each(Object.entries(containerRows))('a container %s', (...[, expected]) => {
    for (const container of containers) expect(container, container.name).toMatchObject(expected);
  });

  test('the service may write where its entrypoint prepares directories', () => {
    const entrypoint = readFileSync(join(kubernetesFolder, '../docker/entrypoint.sh'), 'utf8');
    const directories = Array.from(entrypoint.matchAll(/_DIR:=(\/[\w/]+)\}/g), ([, path = '']) => path);
    expect(directories).toHaveLength(3);
    const service = containers.find(({ name }) => name === 'sentrikat');
    const writable = (service?.volumeMounts ?? []).filter(({ readOnly }) => readOnly !== true);
    const isBelow = (path: string) => writable.some(({ mountPath }) => `${path}/`.startsWith(`${mountPath}/`));
    expect(directories.filter((path) => !isBelow(path))).toEqual([]);
  });

  test('what is written to the disk of a node has a limit, and all limits are within the pod’s', () => {
    for (const { template } of pods) {
      const volumes = (template.spec.volumes ?? []).flatMap(({ emptyDir }) =>
        emptyDir ? [bytes(emptyDir.sizeLimit)] : [],
      );
      const limits = containersOf(template).map(({ resources }) => bytes(resources.limits['ephemeral-storage'] ?? ''));
      expect(sum(limits)).toBeGreaterThanOrEqual(sum(volumes));
    }
  });

  test('memory is what was asked for, neither more nor less', () => {
    for (const { name, resources } of containers) {
      expect(resources.limits['memory'], name).toMatch(/^\d+[MG]i$/);
      expect(resources.limits['memory'], name).toBe(resources.requests['memory']);
    }
  });

  test('whatever stays is asked whether it is well', () => {
    for (const { manifest, template } of pods.filter(({ manifest: { kind } }) => kind !== 'Job'))
      for (const container of stayingContainersOf(template))
        expect(container, manifest.metadata.name).toMatchObject(probes[container.name] ?? { name: 'a known one' });
  });

  test('whoever is sent something takes it until nobody sends here any more', () => {
    const receivers = containers.filter(({ ports = [] }) => ports.some(({ name }) => inlets.has(name)));
    expect(receivers.length).toBeGreaterThan(0);
    for (const { name, lifecycle } of receivers)
      expect(lifecycle?.preStop.sleep.seconds, name).toBeGreaterThanOrEqual(5);
  });

  test('a pod has the time to end: what it waits before, what it needs, and some more', () => {
    for (const { template } of pods.filter(({ manifest: { kind } }) => kind !== 'Job')) {
      const staying = stayingContainersOf(template);
      const waits = staying.map(({ lifecycle }) => lifecycle?.preStop.sleep.seconds ?? 0);
      // What the workers of the service are given, and what the collector needs.
      const ends = staying.map((container) => (isCollector(container) ? 6 : 8));
      expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(Math.max(...waits) + Math.max(...ends));
    }
  });

  test('whatever there is says of what it is a part', () => {
    const unlabelled = manifests.filter(
      ({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] !== 'sentrikat',
    );
    expect(unlabelled.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
    for (const { template } of pods) {
      expect(template.metadata.labels).toMatchObject({
        'app.kubernetes.io/name': expect.any(String),
        'app.kubernetes.io/component': expect.any(String),
        'app.kubernetes.io/part-of': 'sentrikat',
      });
    }
  });

  test('no ConfigMap has a secret in it', () => {
    const entries = manifests.flatMap(({ kind, data }) => (kind === 'ConfigMap' ? Object.entries(data ?? {}) : []));
    expect(entries.filter(([name]) => /(PASSWORD|SECRET|KEY|TOKEN|DATABASE_URL)$/.test(name))).toEqual([]);
  });

  test('a collector listens where others reach it, and uses as much memory as it has', () => {
    expect(collectors.length).toBeGreaterThan(0);
    for (const container of collectors) {
      const environment = environmentOf(container, manifests);
      expect(environment).toMatchObject({
        SENTRIKAT_COLLECTOR_OTLP_ENDPOINT: '0.0.0.0:4318',
        SENTRIKAT_COLLECTOR_HEALTH_ENDPOINT: '0.0.0.0:13133',
        SENTRIKAT_COLLECTOR_METRICS_ENDPOINT: '0.0.0.0:8888',
      });
      const share = bytes(environment['GOMEMLIMIT'] ?? '') / bytes(container.resources.limits['memory'] ?? '');
      expect(share).toBe(0.8);
      expect(Number(environment['SENTRIKAT_COLLECTOR_MEMORY_MIB']) * mebibyte).toBe(
        bytes(environment['GOMEMLIMIT'] ?? ''),
      );
    }
  });

  test('a collector’s volume holds its queues twice', () => {
    for (const { manifest, template } of pods) {
      const [claim] = manifest.spec?.volumeClaimTemplates ?? [];
      if (claim === undefined) continue;
      const [environment = {}] = template.spec.containers.map((container) => environmentOf(container, manifests));
      const queue = Number(environment['SENTRIKAT_COLLECTOR_QUEUE_BYTES']);
      const needed = 2 * queue * Math.max(1, destinations(environment));
      expect(bytes(claim.spec.resources.requests.storage), manifest.metadata.name).toBeGreaterThan(needed);
    }
  });

  test('the place for the files holds them at their largest, and a sidecar’s queues twice', () => {
    const files = sum(concerns.map(({ maxBytes, backups }) => maxBytes * (backups + 1)));
    const service = pods.find(({ manifest: { kind } }) => kind === 'Deployment');
    const sidecar = service?.template.spec.initContainers?.find(isCollector);
    const environment = sidecar && environmentOf(sidecar, manifests);
    const queues = environment === undefined ? 0 : 2 * 2 * Number(environment['SENTRIKAT_COLLECTOR_QUEUE_BYTES']);
    const volume = service?.template.spec.volumes?.find(({ name }) => name === 'logs');
    const claim = find(manifests, 'PersistentVolumeClaim', volume?.persistentVolumeClaim?.claimName ?? '')?.spec;
    const requests = claim?.['resources'] as { requests: { storage: string } } | undefined;
    expect(bytes(volume?.emptyDir?.sizeLimit ?? requests?.requests.storage ?? '')).toBeGreaterThan(files + queues);
  });
});

/** Of the collector's own configuration, in the order of destinations. */
function consumerGroups(): string[] {
  return ['elasticsearch', 'syslog'].map((destination) => {
    const file = join(kubernetesFolder, `../../collector/config/kafka-${destination}.yaml`);
    const { receivers } = parseYaml(readFileSync(file, 'utf8')) as { receivers: Record<string, { group_id: string }> };
    return receivers[`kafka/${destination}`]?.group_id ?? '';
  });
}

describe.skipIf(withoutKustomize !== undefined)('components', () => {
  test.each(customKinds)('a %s is as its operator defines it, and a field more would not be', (kind) => {
    const found = parse(renderWith(componentsWithKafka)).filter((manifest) => manifest.kind === kind);
    expect(found.length).toBeGreaterThan(0);
    for (const manifest of found) {
      expect(problemsWith(manifest)).toEqual([]);
      expect(problemsWith({ ...manifest, spec: { ...manifest.spec, more: 1 } })).toEqual([
        `${kind}.spec.more is not known`,
      ]);
    }
  });

  test('monitoring has the alerts of deploy/alerts', () => {
    const alerts = readFileSync(join(kubernetesFolder, '../alerts/collector.yaml'), 'utf8');
    const rule = find(parse(renderWith(['monitoring'])), 'PrometheusRule', 'sentrikat-collector');
    expect(rule?.spec).toEqual(parseYaml(alerts));
  });

  test('files-sidecar leaves nobody behind to whom nobody sends, and sends nothing twice', () => {
    const manifests = parse(renderWith(['files-sidecar', 'elasticsearch']));
    const service = workloads(manifests).find(({ manifest: { kind } }) => kind === 'Deployment');
    const [sidecar] = service?.template.spec.initContainers ?? [];
    expect(manifests.filter(({ kind }) => kind === 'StatefulSet')).toEqual([]);
    expect(sidecar && environmentOf(sidecar, manifests)).toMatchObject({ SENTRIKAT_COLLECTOR_INPUT: 'files' });
    const [container] = service?.template.spec.containers ?? [];
    expect(container && environmentOf(container, manifests)).toMatchObject({
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      LOG_DIR: '/var/log/sentrikat',
    });
  });

  test('files-sidecar waits until the service has written its last line', () => {
    const service = workloads(parse(renderWith(['files-sidecar']))).find(
      ({ manifest: { kind } }) => kind === 'Deployment',
    );
    const [sidecar] = service?.template.spec.initContainers ?? [];
    const [container] = service?.template.spec.containers ?? [];
    const before = container?.lifecycle?.preStop.sleep.seconds ?? Number.NaN;
    // What the workers are given; see the example service.
    expect(sidecar?.lifecycle?.preStop.sleep.seconds).toBeGreaterThan(before + 8);
  });

  test('kafka has writers that fetch, and a gateway that writes to nobody else', () => {
    const manifests = parse(renderWith(['elasticsearch', 'syslog', 'kafka']));
    const environment = (kind: string, name: string) => {
      const [container] = find(manifests, kind, name)?.spec?.template?.spec.containers ?? [];
      return container && environmentOf(container, manifests);
    };
    const gateway = { ELASTIC_HOST: '', RSYSLOG_REMOTE: '', KAFKA_BROKERS: 'kafka:9092' };
    expect(environment('StatefulSet', 'sentrikat-collector')).toMatchObject(gateway);
    expect(environment('Deployment', 'sentrikat-collector-writer')).toMatchObject({
      SENTRIKAT_COLLECTOR_INPUT: 'kafka',
      ELASTIC_HOST: 'https://elasticsearch:9200',
      RSYSLOG_REMOTE: 'rsyslog:6514',
      KAFKA_BROKERS: 'kafka:9092',
    });
    // It keeps nothing, so one can go for good; and there is another meanwhile.
    expect(find(manifests, 'Deployment', 'sentrikat-collector-writer')?.spec).toMatchObject({
      replicas: 2,
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
    });
  });

  test('autoscaling has a trigger for each group that writers belong to', () => {
    const manifests = parse(renderWith(['kafka', 'autoscaling']));
    const writer = find(manifests, 'Deployment', 'sentrikat-collector-writer');
    expect(writer?.spec).not.toHaveProperty('replicas');
    const scaler = find(manifests, 'ScaledObject', 'sentrikat-collector-writer');
    const [container] = writer?.spec?.template?.spec.containers ?? [];
    const environment = container && environmentOf(container, manifests);
    const triggers = scaler?.spec?.['triggers'] as readonly { metadata: Record<string, string> }[];
    expect(triggers.map(({ metadata }) => metadata['consumerGroup'])).toEqual(consumerGroups());
    for (const { metadata } of triggers) {
      expect(environment).toHaveProperty(metadata['bootstrapServersFromEnv'] ?? '');
      expect(environment).toHaveProperty(metadata['topicFromEnv'] ?? '');
    }
  });

  test('persistent-logs has one pod, and nobody who would make it more', () => {
    const manifests = parse(renderWith(['persistent-logs']));
    expect(find(manifests, 'Deployment', 'sentrikat')?.spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
    });
    expect(manifests.filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
  });

  test('network-policy lets nobody in or out but as it says', () => {
    const policies = parse(renderWith(['network-policy'])).filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.find(({ metadata }) => metadata.name === 'default-deny')?.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
    const ports = policies.flatMap(({ spec }) => JSON.stringify(spec).match(/(?<="port":)\d+/g) ?? []);
    expect(new Set(ports)).toEqual(
      new Set(['53', '3000', '5432', '389', '636', '4318', '8888', '13133', '443', '9200', '9092', '514', '6514']),
    );
  });

  test('inject-preload loads what it has copied', () => {
    const manifests = parse(renderWith(['inject-preload']));
    const service = workloads(manifests).find(({ manifest: { kind } }) => kind === 'Deployment');
    const [container] = service?.template.spec.containers ?? [];
    expect(service?.template.spec.initContainers).toMatchObject([
      { image: expect.stringContaining('sentrikat-preload'), volumeMounts: [{ mountPath: '/opt/sentrikat' }] },
    ]);
    expect(container).toMatchObject({
      volumeMounts: expect.arrayContaining([expect.objectContaining({ mountPath: '/opt/sentrikat', readOnly: true })]),
    });
    expect(container && environmentOf(container, manifests)).toMatchObject({
      NODE_OPTIONS: expect.stringMatching(/ --require \/opt\/sentrikat\/\S+\/register\.cjs$/),
    });
  });
});
