/**
 * The pods of deploy/kubernetes, run by a real kubelet as they are written, with images of this repository and an address where they have
 * a name. Each becomes ready, writes as 10001 on a file system that it cannot write to, forwards what it writes, and ends without a loss.
 * It takes minutes, so only `npm run containers` runs it.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres, type PostgresServer } from '@sentrikat/example-service/postgres';
import { concerns } from '@sentrikat/file-exporter';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { ask, keepAsking, notOnce } from '../containers/asking.ts';
import { containersWanted } from '../containers/containers-wanted.ts';
import { noDocker, startDocker } from '../containers/docker.ts';
import { gateway, nodeName, startNode, type KubernetesNode } from '../containers/kubernetes-node.ts';
import { buildPodImages, type PodImages } from '../containers/pod-images.ts';
import { linesOf, parseAccessLine, readLog } from '../instruments/log-files.ts';
import { noKubernetes } from '../servers/kubernetes.ts';
import { noKustomize } from '../servers/kustomize.ts';
import { parse, renderWith, workloads, type Manifest, type PodTemplate } from './manifests.ts';

const reason = containersWanted() ?? noDocker() ?? noKubernetes() ?? noKustomize();
const eventually = { timeout: 60_000, interval: 250 };
/** Some of these, and the time that a pod may take to end. */
const timeout = 300_000;

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly containerID: string;
  readonly restartCount: number;
  readonly state: { readonly terminated?: { readonly exitCode: number } };
}

describe.skipIf(reason !== undefined)(
  `the pods${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout },
  () => {
    let node: KubernetesNode;
    let images: PodImages;
    let postgres: PostgresServer;
    let databaseUrl: string;
    let relay: Server;
    let receiver: Pod;

    beforeAll(async () => {
      const archive = mkdtempSync(join(tmpdir(), 'images-'));
      const docker = await startDocker();
      try {
        images = await buildPodImages(docker, (text) => process.stderr.write(`${text}\n`));
        node = await startNode();
        await docker.engine.run('save', '--output', join(archive, 'images.tar'), ...Object.values(images));
        node.load(join(archive, 'images.tar'));
      } finally {
        await docker.stop();
        rmSync(archive, { recursive: true });
      }
      postgres = await startPostgres();
      receiver = await startReceiver();
      // The database listens on this machine's 127.0.0.1 alone, which is not the pods'.
      const { port } = new URL(postgres.url);
      relay = createServer((socket) => {
        const onward = connect(Number(port), '127.0.0.1');
        for (const each of [socket, onward]) each.on('error', () => {});
        socket.pipe(onward).pipe(socket);
      });
      await once(relay.listen(0, gateway), 'listening');
      const url = new URL(postgres.url);
      url.hostname = gateway;
      url.port = String((relay.address() as AddressInfo).port);
      databaseUrl = url.href;
    }, 1_800_000);

    afterAll(async () => {
      await node?.stop();
      relay?.close();
      await postgres?.stop();
    });

    const pathOf = ({ metadata: { name, namespace } }: Pick<Pod, 'metadata'>) =>
      `/api/v1/namespaces/${namespace}/pods/${name}`;
    const find = async (pod: Pod) => (await node.server.ask('GET', pathOf(pod))).body as Pod;

    async function apply(manifest: Manifest): Promise<void> {
      expect(await node.server.apply(manifest), manifest.metadata.name).toMatchObject({ message: '' });
    }

    /** Makes the pod, which the API server has to take, and resolves when it is ready. */
    async function start(
      name: string,
      namespace: string,
      { metadata, spec }: PodTemplate,
      aliases: object[] = [],
    ): Promise<Pod> {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name, namespace },
        spec: { ...spec, nodeName, hostAliases: aliases },
      };
      const answer = await node.server.ask('POST', `/api/v1/namespaces/${namespace}/pods?fieldValidation=Strict`, pod);
      expect(answer).toMatchObject({ message: '', warnings: '' });
      const made = answer.body as Pod;
      const isReady = async () => {
        const { status } = await find(made);
        return status.conditions?.find(({ type }) => type === 'Ready')?.status ?? status.phase;
      };
      // Also before the first test, where nobody may poll.
      await vi.waitFor(async () => expect(await isReady()).toBe('True'), eventually);
      return find(made);
    }

    /** An rsyslog that keeps what it is sent in a folder that can be looked into. */
    async function startReceiver(): Promise<Pod> {
      const namespace = 'destinations';
      await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
      const mounts = [
        { name: 'messages', mountPath: '/var/log/remote' },
        { name: 'temporary', mountPath: '/tmp' },
      ];
      const spec = {
        automountServiceAccountToken: false,
        securityContext: { fsGroup: 10_002 },
        containers: [
          {
            name: 'rsyslog',
            image: images.rsyslog,
            volumeMounts: mounts,
            readinessProbe: { tcpSocket: { port: 5514 }, periodSeconds: 1 },
          },
        ],
        volumes: mounts.map(({ name }) => ({ name, emptyDir: {} })),
      };
      return start('rsyslog', namespace, { metadata: { labels: {} }, spec } as unknown as PodTemplate);
    }

    /** The paths of requests in what has been received. */
    function received(): string[] {
      const folder = node.volumeFolder(receiver.metadata.uid, 'messages');
      if (!readdirSync(folder).includes('access.log')) return [];
      return linesOf(readLog(folder, 'access')).flatMap(
        (line) => /"url\.path":"(\/asked\/[^"]+)"/.exec(line)?.[1] ?? [],
      );
    }

    /** The base with these components, but with one's own images and with an address where it has a name. */
    function manifestsWith(names: readonly string[], namespace: string): Manifest[] {
      return parse(renderWith(['syslog', ...names], namespace)).map((manifest) => {
        if (manifest.kind !== 'ConfigMap' || !manifest.metadata.name.startsWith('sentrikat-collector')) return manifest;
        const data = { RSYSLOG_REMOTE: `${receiver.status.podIP}:5514`, RSYSLOG_PROTOCOL: 'tcp', RSYSLOG_CA_FILE: '' };
        return { ...manifest, data: { ...manifest.data, ...data } };
      });
    }

    /** All but the pods, and what it takes a controller to do. */
    async function prepare(manifests: readonly Manifest[], namespace: string): Promise<void> {
      const kinds = ['Namespace', 'PriorityClass', 'ServiceAccount', 'ConfigMap', 'Service'];
      for (const kind of kinds) for (const each of manifests) if (each.kind === kind) await apply(each);
      const stringData = { 'database-url': databaseUrl };
      await apply({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'sentrikat', namespace },
        stringData,
      } as Manifest);
    }

    function templateOf(manifests: readonly Manifest[], kind: string, serviceImage: string): PodTemplate {
      const found = workloads(manifests).find(({ manifest }) => manifest.kind === kind);
      if (found === undefined) throw new Error(`there is no ${kind}`);
      const { template, manifest } = found;
      const own: Readonly<Record<string, string>> = {
        sentrikat: serviceImage,
        collector: images.collector,
        preload: images.preload,
      };
      const withImages = <Each extends { readonly name: string }>(each: Each) => ({ ...each, image: own[each.name] });
      // A volume of its own is a claim, which nobody fulfils here.
      const claims = (manifest.spec?.volumeClaimTemplates ?? []).map(({ metadata: { name } }) => ({
        name,
        emptyDir: {},
      }));
      const { initContainers = [], containers, volumes = [], ...spec } = template.spec;
      return {
        ...template,
        spec: {
          ...spec,
          initContainers: initContainers.map(withImages),
          containers: containers.map(withImages),
          volumes: [...volumes, ...claims],
        },
      } as PodTemplate;
    }

    /** What the kernel says of the process that the container is. */
    function expectConfined(pod: Pod): void {
      for (const { name, containerID } of pod.status.containerStatuses ?? []) {
        const id = containerID.replace('containerd://', '');
        const status = Object.fromEntries(
          linesOf(node.processFile(id, 'status')).map((line) => line.split(/:\s+/, 2) as [string, string]),
        );
        expect({ name, ...status }).toMatchObject({
          Uid: '10001\t10001\t10001\t10001',
          Gid: '10001\t10001\t10001\t10001',
          CapEff: '0000000000000000',
          CapBnd: '0000000000000000',
          NoNewPrivs: '1',
          Seccomp: '2',
        });
        expect(node.processFile(id, 'mountinfo')).toMatch(/^\d+ \d+ \S+ \/ \/ ro[, ]/m);
      }
    }

    function expectFiles(pod: Pod): string {
      const folder = node.volumeFolder(pod.metadata.uid, 'logs');
      const files = readdirSync(folder).filter((name) => name.endsWith('.log'));
      expect(files.toSorted()).toEqual(concerns.map(({ file }) => file).toSorted());
      for (const file of files) expect(statSync(join(folder, file))).toMatchObject({ uid: 10_001, gid: 10_001 });
      return folder;
    }

    /** Deletes it while it is asked; what was answered, and how it ended. */
    async function endUnderTraffic(pod: Pod, prefix: string) {
      const asking = keepAsking(`http://${pod.status.podIP}:3000`, prefix);
      await expect.poll(() => asking.answered.length, eventually).toBeGreaterThan(50);
      const ending = await end(pod);
      await asking.stop();
      return { answered: asking.answered, ...ending };
    }

    /** Deletes it, as an operator does; how long that took, and the exit statuses that were seen last. */
    async function end(pod: Pod) {
      const since = performance.now();
      await node.server.ask('DELETE', pathOf(pod));
      let exits: Record<string, number | undefined> = {};
      const isGone = async () => {
        const { status, body } = await node.server.ask('GET', pathOf(pod));
        if (status === 404 || (body as Pod).metadata.uid !== pod.metadata.uid) return true;
        const { containerStatuses = [], initContainerStatuses = [] } = (body as Pod).status;
        for (const { name, state } of [...containerStatuses, ...initContainerStatuses])
          if (state.terminated !== undefined) exits = { ...exits, [name]: state.terminated.exitCode };
        return false;
      };
      await expect.poll(isGone, { ...eventually, interval: 50 }).toBe(true);
      return { seconds: (performance.now() - since) / 1000, exits };
    }

    async function expectReceivedOnce(paths: readonly string[]): Promise<void> {
      await expect.poll(() => notOnce(paths, received()), eventually).toEqual([]);
    }

    async function askAndCheck(pod: Pod, prefix: string): Promise<void> {
      const paths = await ask(`http://${pod.status.podIP}:3000`, prefix, 50);
      await expectReceivedOnce(paths);
      const logged = linesOf(readLog(expectFiles(pod), 'access')).map((line) => parseAccessLine(line).path);
      expect(notOnce(paths, logged)).toEqual([]);
    }

    async function startCollector(manifests: readonly Manifest[], namespace: string): Promise<Pod> {
      const pod = await start('sentrikat-collector-0', namespace, templateOf(manifests, 'StatefulSet', images.service));
      expectConfined(pod);
      return pod;
    }

    test.each([
      { variant: 'the base', names: [], image: 'service' },
      { variant: 'inject-preload, beside an image that has none', names: ['inject-preload'], image: 'plainService' },
    ] as const)(
      'of $variant become ready, are confined, forward what they write, and end without a loss',
      async ({ names, image }) => {
        const namespace = image.toLowerCase();
        const manifests = manifestsWith(names, namespace);
        await prepare(manifests, namespace);
        const collector = await startCollector(manifests, namespace);
        const aliases = [{ ip: collector.status.podIP, hostnames: ['sentrikat-collector'] }];
        const pod = await start('sentrikat', namespace, templateOf(manifests, 'Deployment', images[image]), aliases);
        expectConfined(pod);
        await askAndCheck(pod, namespace);

        const service = await endUnderTraffic(pod, namespace);
        await expectReceivedOnce(service.answered);
        expect(service.exits).toMatchObject({ sentrikat: 0 });
        // 5 s in which it is still asked, and far from the 30 s after which it would be killed.
        expect(service.seconds).toBeLessThan(25);
        const last = await end(collector);
        expect(last).toMatchObject({ exits: { collector: 0 } });
        expect(last.seconds).toBeLessThan(25);
      },
    );

    test('of files-sidecar become ready without a gateway, and the sidecar sends what was written last', async () => {
      const namespace = 'files-sidecar';
      const manifests = manifestsWith(['files-sidecar'], namespace);
      await prepare(manifests, namespace);
      const pod = await start('sentrikat', namespace, templateOf(manifests, 'Deployment', images.service));
      expectConfined(pod);
      await askAndCheck(pod, namespace);
      const { answered, exits, seconds } = await endUnderTraffic(pod, namespace);
      await expectReceivedOnce(answered);
      expect(exits).toMatchObject({ sentrikat: 0, collector: 0 });
      expect(seconds).toBeLessThan(40);
    });
  },
);
