/** Kinds that operators bring, by their own definitions, and what is wrong with an object by the schema of its kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { goModule } from '../servers/go-program.ts';
import type { Definition } from '../servers/kubernetes.ts';
import type { Manifest } from './manifests.ts';

interface CustomDefinition extends Definition {
  readonly spec: Omit<Definition['spec'], 'versions'> & {
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** As much of OpenAPI as says which fields there are, of which type. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

const prometheusOperator = 'github.com/prometheus-operator/prometheus-operator@v0.93.1/example/prometheus-operator-crd';
const files: Readonly<Record<string, string>> = {
  PodMonitor: `${prometheusOperator}/monitoring.coreos.com_podmonitors.yaml`,
  PrometheusRule: `${prometheusOperator}/monitoring.coreos.com_prometheusrules.yaml`,
  ScaledObject: 'github.com/kedacore/keda/v2@v2.21.0/config/crd/bases/keda.sh_scaledobjects.yaml',
};

export const customKinds: readonly string[] = Object.keys(files);

export function definitionOf(kind: string): CustomDefinition {
  const [, module = '', path = ''] = /^(.*@[^/]+)\/(.*)$/.exec(files[kind] ?? '') ?? [];
  return parse(readFileSync(join(goModule(module).folder, path), 'utf8')) as CustomDefinition;
}

/** Of what is asked of the operator. Unlike the API server it knows nothing of formats, patterns and rules between fields. */
export function problemsWith({ apiVersion, kind, spec }: Pick<Manifest, 'apiVersion' | 'kind' | 'spec'>): string[] {
  const { group, versions } = definitionOf(kind).spec;
  const version = versions.find(({ name }) => apiVersion === `${group}/${name}`);
  if (version === undefined) return [`${kind} has no version "${apiVersion}"`];
  return problemsIn(spec, version.schema.openAPIV3Schema.properties?.['spec'] ?? {}, `${kind}.spec`);
}

function problemsIn(value: unknown, schema: Schema, at: string): string[] {
  if (schema['x-kubernetes-int-or-string']) return [];
  const type = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  if (schema.type !== type && !(schema.type === 'number' && type === 'integer'))
    return [`${at} is of the type ${type}, not ${schema.type}`];
  if (schema.enum?.includes(value) === false)
    return [`${at} is ${JSON.stringify(value)}, none of ${schema.enum.join(', ')}`];
  if (Array.isArray(value))
    return value.flatMap((each, index) => problemsIn(each, schema.items ?? {}, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`);
  const wrong = Object.entries(value).flatMap(([name, each]) => {
    const own = schema.properties?.[name] ?? schema.additionalProperties;
    if (own !== undefined) return problemsIn(each, own, `${at}.${name}`);
    return schema['x-kubernetes-preserve-unknown-fields'] ? [] : [`${at}.${name} is not known`];
  });
  return [...missing, ...wrong];
}
