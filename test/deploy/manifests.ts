/** The manifests of deploy/kubernetes, as kustomize renders them. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseAllDocuments } from 'yaml';

import { render } from '../servers/kustomize.ts';

export const kubernetesFolder: string = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));

export const overlays = ['development', 'staging', 'production', 'production-kafka'] as const;
/** Those that go together; Kafka, with what scales its writers, takes the place of the sidecar. */
export const components = [
  'elasticsearch',
  'syslog',
  'files-sidecar',
  'persistent-logs',
  'network-policy',
  'monitoring',
  'inject-preload',
] as const;
export const componentsWithKafka: readonly string[] = components.flatMap((name) =>
  name === 'files-sidecar' ? ['kafka', 'autoscaling'] : [name],
);

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly template?: PodTemplate;
    readonly volumeClaimTemplates?: readonly Claim[];
    readonly groups?: unknown;
    readonly [key: string]: unknown;
  };
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly terminationGracePeriodSeconds?: number;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly emptyDir?: { readonly sizeLimit: string };
      readonly persistentVolumeClaim?: { readonly claimName: string };
    }[];
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  /** Always: a sidecar. */
  readonly restartPolicy?: 'Always';
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly ports?: readonly { readonly name: string }[];
  readonly securityContext?: object;
  readonly volumeMounts?: readonly { readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
}

interface Claim {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

export function parse(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

export function renderOverlay(name: (typeof overlays)[number]): string {
  return render(join(kubernetesFolder, 'overlays', name));
}

/** The base with these components, in this order. */
export function renderWith(names: readonly string[], namespace = 'sentrikat'): string {
  // kustomize knows folders by their real paths, which that of the temporary folder need not be.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kustomize-')));
  const path = (name: string) => relative(folder, join(realpathSync(kubernetesFolder), name));
  const kustomization = {
    namespace,
    resources: [path('base')],
    components: names.map((name) => path(`components/${name}`)),
  };
  try {
    // JSON is YAML.
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
    return render(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is looked at. Each is in a namespace of its own, so that one API server can have them all. */
export const combinations: readonly (readonly [what: string, render: () => string])[] = [
  ...overlays.map((name) => [`overlay ${name}`, () => renderOverlay(name)] as const),
  ...components.map((name) => [`component ${name}`, () => renderWith([name], `sentrikat-${name}`)] as const),
  ['component kafka', () => renderWith(['kafka'], 'sentrikat-kafka')],
  ['component autoscaling, with kafka', () => renderWith(['kafka', 'autoscaling'], 'sentrikat-autoscaling')],
  ['all components', () => renderWith(components, 'sentrikat-all')],
  ['all components with Kafka', () => renderWith(componentsWithKafka, 'sentrikat-all-kafka')],
  ['all components, the other way round', () => renderWith(components.toReversed(), 'sentrikat-all-reversed')],
];

/** What runs: a manifest with pods, and what its pods are made like. */
export function workloads(
  manifests: readonly Manifest[],
): { readonly manifest: Manifest; readonly template: PodTemplate }[] {
  return manifests.flatMap((manifest) =>
    manifest.spec?.template === undefined ? [] : [{ manifest, template: manifest.spec.template }],
  );
}

export function containersOf({ spec }: PodTemplate): Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** Containers that run until the pod ends. */
export function stayingContainersOf({ spec }: PodTemplate): Container[] {
  return [...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always'), ...spec.containers];
}

/** What the process in a container has as its environment, as far as the manifests say. */
export function environmentOf(container: Container, manifests: readonly Manifest[]): Record<string, string> {
  const maps = (container.envFrom ?? []).map(({ configMapRef: { name } }) => {
    const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    if (map?.data === undefined) throw new Error(`there is no ConfigMap "${name}"`);
    return map.data;
  });
  const own = (container.env ?? []).map(({ name, value = '' }) => [name, value]);
  return Object.assign({}, ...maps, Object.fromEntries(own)) as Record<string, string>;
}

const units: Readonly<Record<string, number>> = { Mi: 2 ** 20, MiB: 2 ** 20, Gi: 2 ** 30 };

/** A quantity of memory or disk, in bytes. */
export function bytes(quantity: string): number {
  const [, number, unit = ''] = /^(\d+)(\w+)?$/.exec(quantity) ?? [];
  const factor = unit === '' ? 1 : units[unit];
  if (number === undefined || factor === undefined) throw new Error(`"${quantity}" is no quantity`);
  return Number(number) * factor;
}
