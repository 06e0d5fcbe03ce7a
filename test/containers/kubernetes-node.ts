/**
 * A node of Kubernetes behind a real API server: a real kubelet has a real containerd run the pods, with their init containers, probes,
 * hooks, volumes and security contexts. There is nothing else of a cluster: who makes a pod says that it is for this node, and gives it
 * the names of others by `hostAliases`. Root on a Debian can have one; the kubelet is built once, which takes some minutes.
 *
 * It lives in mounts of its own, and leaves the kernel's settings and the firewall of the machine as they are.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { locate } from '../servers/debian-package.ts';
import { freePort } from '../servers/free-port.ts';
import { goBuilt } from '../servers/go-program.ts';
import { kubelet, startKubernetes, type KubernetesServer } from '../servers/kubernetes.ts';
import { startProcess, type ServerProcess } from '../servers/server-process.ts';
import { locateDocker } from './docker.ts';
import { inOwnMounts } from './engine.ts';

export const nodeName = 'node';
/** Where the machine is, as seen by the pods. */
export const gateway = '10.251.0.1';
const bridgeName = 'sentrikat0';
/** Holds a pod's network; any program that waits does. */
export const pauseImage = 'localhost/sentrikat-pause:1';

export interface KubernetesNode {
  readonly server: KubernetesServer;
  /** Takes an archive of images, as `docker save` writes it. */
  load(archive: string): void;
  /** Of an emptyDir of a pod, on this machine. */
  volumeFolder(podUid: string, volume: string): string;
  /** What the kernel says of a container's first process: `/proc/<pid>/<file>`. */
  processFile(containerId: string, file: 'status' | 'mountinfo'): string;
  stop(): Promise<void>;
}

export async function startNode(): Promise<KubernetesNode> {
  const server = await startKubernetes();
  const folder = mkdtempSync(join(tmpdir(), 'node-'));
  const processes: ServerProcess[] = [];
  const { root } = locateDocker();
  const env = { ...process.env, PATH: `${root}/usr/bin:${root}/usr/sbin:${process.env['PATH']}` };
  const address = join(folder, 'containerd.sock');
  const ctr = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync('ctr', ['--address', address, '--namespace', 'k8s.io', ...args], {
      encoding: 'utf8',
      env,
    });
    if (status !== 0) throw new Error(`ctr ${args.join(' ')}: ${stderr}`);
    return stdout;
  };

  async function stop(): Promise<void> {
    // Containers outlive those that have started them.
    if (processes.length === 2) await removePods(server);
    for (const each of processes.toReversed()) await each.end('SIGTERM');
    await server.stop();
    spawnSync('ip', ['link', 'delete', bridgeName]);
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    writeFileSync(join(folder, 'containerd.toml'), containerdConfiguration(folder));
    mkdirSync(join(folder, 'cni'));
    writeFileSync(join(folder, 'cni/pods.conflist'), JSON.stringify(network(folder)));
    const containerd = startProcess(...inOwnMounts('sh', '-c', ownMounts, 'sh', join(folder, 'containerd.toml')), {
      env,
    });
    processes.push(containerd);
    await containerd.untilReady(
      () => spawnSync('ctr', ['--address', address, 'version'], { env }).status === 0,
      30_000,
    );
    const [port, healthPort] = [await freePort(), await freePort()];
    writeFileSync(join(folder, 'kubelet.json'), JSON.stringify(kubeletConfiguration(address, port, healthPort)));
    const flags = [
      `--config=${join(folder, 'kubelet.json')}`,
      `--kubeconfig=${server.kubeconfigFile}`,
      `--root-dir=${join(folder, 'kubelet')}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      `--hostname-override=${nodeName}`,
    ];
    const node = startProcess('nsenter', [`--target=${containerd.pid}`, '--mount', goBuilt(kubelet), ...flags], {
      env,
    });
    processes.push(node);
    await node.untilReady(() => isReady(server), 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    server,
    load: (archive) => void ctr('images', 'import', archive),
    volumeFolder: (uid, volume) => join(folder, 'kubelet/pods', uid, 'volumes/kubernetes.io~empty-dir', volume),
    processFile(containerId, file) {
      const [, pid] = new RegExp(`^${containerId} +(\\d+) `, 'm').exec(ctr('tasks', 'list')) ?? [];
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    },
    stop,
  };
}

async function isReady({ ask }: KubernetesServer): Promise<boolean> {
  const { body } = await ask('GET', `/api/v1/nodes/${nodeName}`);
  const { status } = body as { status?: { conditions?: { type: string; status: string }[] } };
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}

async function removePods({ ask }: KubernetesServer): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { items } = (await ask('GET', '/api/v1/pods')).body as { items: Pod[] };
    if (items.length === 0) return;
    if (performance.now() > deadline) throw new Error(`pods do not end: ${items.map(({ metadata }) => metadata.name)}`);
    const now = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 1 };
    for (const { metadata } of items)
      await ask('DELETE', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`, now);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** What the kubelet would set of the kernel are files here; what it and containerd keep in places that nobody can name is in memory. */
const ownMounts = `mount -t tmpfs none /var/log && mount -t tmpfs none /var/lib
for each in vm/overcommit_memory:1 vm/panic_on_oom:0 kernel/panic:10 kernel/panic_on_oops:1; do
  file=/var/lib/$(basename "\${each%:*}") && printf %s "\${each#*:}" >"$file" && mount --bind "$file" "/proc/sys/\${each%:*}" || exit 1
done
exec containerd --config "$1"`;

function containerdConfiguration(folder: string): string {
  const { root } = locate({
    name: 'cni',
    packages: ['containernetworking-plugins'],
    files: ['usr/lib/cni/bridge', 'usr/lib/cni/host-local'],
  });
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  # To be spared when memory is short is more than everybody may ask for.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${join(root, 'usr/lib/cni')}"
    conf_dir = "${folder}/cni"
`;
}

/** Pods reach each other and this machine, and nobody else. */
function network(folder: string): object {
  const ipam = { type: 'host-local', ranges: [[{ subnet: '10.251.0.0/24' }]], dataDir: join(folder, 'addresses') };
  const bridge = { type: 'bridge', bridge: bridgeName, isGateway: true, ipMasq: false, ipam };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [bridge] };
}

function kubeletConfiguration(address: string, port: number, healthzPort: number): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${address}`,
    address: '127.0.0.1',
    port,
    healthzPort,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    enforceNodeAllocatable: [],
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    // Of a process that may not raise its limits.
    maxOpenFiles: 4096,
    oomScoreAdj: 0,
    // How full the machine is, is nothing to a test.
    evictionHard: { 'memory.available': '0%' },
    volumePluginDir: '/var/lib/volume-plugins',
  };
}
