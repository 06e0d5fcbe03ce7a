/**
 * A real API server of Kubernetes, with a real etcd behind it, and nothing else of a cluster: what it takes is checked and kept, and
 * nothing is ever run. `startKubernetes()` in `beforeAll`, `stop()` in `afterAll`.
 *
 * It is built from Go sources once, which takes seven minutes on two processors, so only a program that says so does that; tests
 * take what is there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Agent, request } from 'undici';

import { makeCertificate } from './certificate.ts';
import { locate } from './debian-package.ts';
import { freePort } from './free-port.ts';
import { goBuilt, goModule, isBuilt, type GoProgram } from './go-program.ts';
import { startProcess, type ServerProcess } from './server-process.ts';

/** What is asked of the server: an object of any kind. */
interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What custom resources are like. */
export interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

interface Answer {
  /** Of HTTP. */
  readonly status: number;
  /** Why not; empty where there is nothing to complain of. */
  readonly message: string;
  /** What was not refused, and should not be done so. */
  readonly warnings: string;
}

export interface KubernetesServer {
  /** Server-side apply; an unknown field is an error. */
  apply(object: KubernetesObject): Promise<Answer>;
  /** Applies a definition of custom resources. Resolves when their kind is known, which is some moments later. */
  define(definition: Definition): Promise<void>;
  /** As if it were made: all is checked, and nothing kept. */
  tryToCreate(object: KubernetesObject): Promise<Answer>;
  /** Whatever else there is to ask, with what came back. */
  ask(method: Method, path: string, body?: object): Promise<Answer & { readonly body: unknown }>;
  /** Lets another program of Kubernetes in, as somebody who may do everything. */
  readonly kubeconfigFile: string;
  remove(object: KubernetesObject): Promise<Answer>;
  stop(): Promise<void>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

const version = '1.37.2';
const token = 'test';

const apiServer: GoProgram = {
  name: 'kube-apiserver',
  version,
  main: {
    text: `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
`,
  },
  goMod: moduleOfKubernetes,
};

/** What runs the pods of a node. */
export const kubelet: GoProgram = {
  name: 'kubelet',
  version,
  main: {
    text: `package main

import (
	"context"
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kubelet/app"
)

func main() { os.Exit(cli.Run(app.NewKubeletCommand(context.Background()))) }
`,
  },
  goMod: moduleOfKubernetes,
};

/** Its own modules are required at v0.0.0, since they lie beside it in its repository; everybody else has to say which they are. */
function moduleOfKubernetes(): string {
  const { goMod } = goModule(`k8s.io/kubernetes@v${version}`);
  const text = readFileSync(goMod, 'utf8');
  const own = [...text.matchAll(/^\t(k8s\.io\/\S+) v0\.0\.0$/gm)].map(([, module]) => module);
  const released = `v0${version.slice(1)}`;
  return `module kubernetes

${/^go .*$/m.exec(text)?.[0]}
${/^godebug .*$/m.exec(text)?.[0]}
require k8s.io/kubernetes v${version}
${own.map((module) => `replace ${module} => ${module} ${released}`).join('\n')}
`;
}

/** Why there is no API server here; undefined where there is one. */
export function noKubernetes(): string | undefined {
  return isBuilt(apiServer)
    ? undefined
    : 'needs an API server, which `npm run kubernetes` builds once, in seven minutes';
}

/** Throws where it cannot be built. */
export function buildKubernetes(): void {
  goBuilt(apiServer);
}

/** Resolves when the server takes objects; rejects, with what it printed, when it cannot be started. */
export async function startKubernetes(): Promise<KubernetesServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-'));
  const [port, etcdPort, peerPort] = [await freePort(), await freePort(), await freePort()];
  const { certificateFile, keyFile } = makeCertificate(folder);
  const agent = new Agent({ connect: { ca: readFileSync(certificateFile) } });
  const kubeconfigFile = join(folder, 'kubeconfig');
  const servers: ServerProcess[] = [];

  async function ask(method: Method, path: string, body?: object): Promise<Answer & { body: unknown }> {
    const response = await request(`https://127.0.0.1:${port}${path}`, {
      dispatcher: agent,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        // JSON is YAML.
        'content-type': method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    const answer = (text.startsWith('{') ? JSON.parse(text) : { message: text }) as { message?: string };
    const isGood = response.statusCode < 300;
    return {
      status: response.statusCode,
      message: isGood ? '' : (answer.message ?? text),
      warnings: String(response.headers['warning'] ?? ''),
      body: answer,
    };
  }

  /** The path of the objects of this kind; undefined where there is no such kind. */
  async function findPath({ apiVersion, kind, metadata }: KubernetesObject): Promise<string | undefined> {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { body } = await ask('GET', group);
    const { resources = [] } = body as { resources?: { name: string; kind: string; namespaced: boolean }[] };
    const resource = resources.find((each) => each.kind === kind && !each.name.includes('/'));
    if (resource === undefined) return undefined;
    return resource.namespaced
      ? `${group}/namespaces/${metadata.namespace}/${resource.name}`
      : `${group}/${resource.name}`;
  }

  async function pathOf(object: KubernetesObject): Promise<string> {
    const path = await findPath(object);
    if (path === undefined) throw new Error(`the API server knows no ${object.kind} of ${object.apiVersion}`);
    return path;
  }

  async function apply(object: KubernetesObject): Promise<Answer> {
    const query = 'fieldManager=test&force=true&fieldValidation=Strict';
    return ask('PATCH', `${await pathOf(object)}/${object.metadata.name}?${query}`, object);
  }

  async function isReady(): Promise<boolean> {
    try {
      return (await ask('GET', '/readyz')).status === 200;
    } catch {
      // Nobody listens yet.
      return false;
    }
  }

  async function stop(): Promise<void> {
    // The API server first: without its etcd it would take long to end.
    for (const server of servers.toReversed()) await server.end('SIGKILL');
    await agent.close();
    await rm(folder, { recursive: true, force: true });
  }

  let server: ServerProcess;
  try {
    const { root } = locate({ name: 'etcd-server', packages: ['etcd-server'], files: ['usr/bin/etcd'] });
    servers.push(startProcess(join(root, 'usr/bin/etcd'), etcdFlags(folder, etcdPort, peerPort), {}));
    writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`);
    writeFileSync(kubeconfigFile, JSON.stringify(kubeconfig(port, certificateFile)));
    const flags = apiServerFlags({ folder, port, etcdPort, certificateFile, keyFile });
    server = startProcess(goBuilt(apiServer), flags, {});
    servers.push(server);
    await server.untilReady(isReady, 90_000);
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    apply,
    async define(definition) {
      const { message } = await apply(definition);
      if (message !== '') throw new Error(message);
      const { group, names, versions } = definition.spec;
      const any = { apiVersion: `${group}/${versions[0]?.name}`, kind: names.kind, metadata: { name: 'any' } };
      await server.untilReady(async () => (await findPath(any)) !== undefined, 30_000);
    },
    remove: async (object) =>
      ask('DELETE', `${await pathOf(object)}/${object.metadata.name}?propagationPolicy=Background`),
    tryToCreate: async (object) => ask('POST', `${await pathOf(object)}?dryRun=All&fieldValidation=Strict`, object),
    ask,
    kubeconfigFile,
    stop,
  };
}

function kubeconfig(port: number, certificateFile: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': certificateFile } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  };
}

function etcdFlags(folder: string, port: number, peerPort: number): string[] {
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peerPort}`];
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

interface Places {
  readonly folder: string;
  readonly port: number;
  readonly etcdPort: number;
  readonly certificateFile: string;
  readonly keyFile: string;
}

function apiServerFlags({ folder, port, etcdPort, certificateFile, keyFile }: Places): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--cert-dir=${folder}`,
    `--tls-cert-file=${certificateFile}`,
    `--tls-private-key-file=${keyFile}`,
    '--service-account-issuer=https://127.0.0.1',
    `--service-account-key-file=${certificateFile}`,
    `--service-account-signing-key-file=${keyFile}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    // Otherwise it is not Pod Security that refuses them.
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.0.0.0/24',
  ];
}
