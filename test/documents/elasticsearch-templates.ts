/**
 * collector/elasticsearch: what Elasticsearch has to be told before the first document comes. One file for each `PUT`, the path of the
 * request in the path of the file, and the prefix of all names a word to be replaced.
 *
 * Retention is a component of its own for each data stream, in two kinds to choose from: the data stream's own lifecycle, which every
 * Elasticsearch has, and index lifecycle management, for those who move data from tier to tier.
 */
import { concerns, type ConcernName } from '../../packages/file-exporter/src/concerns.ts';
import { fieldTypes } from './elasticsearch-fields.ts';

/** What stands for the prefix in the files. */
export const prefixPlaceholder = '{{prefix}}';

/**
 * For how many days a document is found. Trails are asked for by the year, and an audit begins after the year it is about; PCI DSS
 * 10.5.1 wants twelve months. What is slow is of interest while it is.
 */
const retentionDays = {
  audit: 400,
  security: 400,
  access: 90,
  ldap: 90,
  performance: 30,
  error: 90,
  application: 90,
} as const satisfies Record<ConcernName, number>;

interface Stream {
  /** After the prefix, the name of the data stream. */
  readonly name: string;
  readonly days: number;
  readonly holds: string;
}

export const streams: readonly Stream[] = [
  ...concerns.map(({ name }) => ({ name, days: retentionDays[name], holds: `Documents of the concern "${name}"` })),
  // As long as the longest: it may be a line of the trail that was refused.
  { name: 'rejected', days: 400, holds: 'Documents that Elasticsearch refused, as text' },
];

export interface Asset {
  /** Below the repository's root. */
  readonly path: string;
  readonly content: unknown;
}

export const elasticsearchAssets: readonly Asset[] = [
  component('component-templates', 'settings', 'How all data streams are kept', {
    settings: {
      index: {
        codec: 'best_compression',
        // None on a single node, which could not have one.
        auto_expand_replicas: '0-1',
        mapping: { ignore_malformed: true },
      },
    },
  }),
  component('component-templates', 'mappings', 'The fields of all documents', {
    mappings: {
      dynamic: false,
      properties: Object.fromEntries(
        fieldTypes
          .flatMap(({ mapping, fields }) => fields.map((field) => [field, mapping] as const))
          .toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ),
    },
  }),
  ...streams.flatMap(({ name, days, holds }) => [
    component('dsl/component-templates', `${name}-retention`, `Kept for ${days} days by the data stream itself`, {
      lifecycle: { data_retention: `${days}d` },
    }),
    component('ilm/component-templates', `${name}-retention`, `Kept for ${days} days by a policy`, {
      settings: { index: { lifecycle: { name: `${prefixPlaceholder}${name}`, prefer_ilm: true } } },
    }),
    asset('ilm/policies', name, {
      policy: {
        _meta: meta(`Kept for ${days} days`),
        phases: {
          hot: { min_age: '0ms', actions: { rollover: { max_age: '30d', max_primary_shard_size: '50gb' } } },
          // Counted from the rollover, so that the oldest document is this old at least.
          delete: { min_age: `${days}d`, actions: { delete: {} } },
        },
      },
    }),
    asset('index-templates', name, {
      // This name and no other: what else begins with the prefix is somebody else's.
      index_patterns: [`${prefixPlaceholder}${name}`],
      data_stream: {},
      // The templates that Elasticsearch comes with have 200 at most.
      priority: 500,
      composed_of: ['settings', 'mappings', `${name}-retention`, 'custom'].map((part) => prefixPlaceholder + part),
      // An operator's own, which is never put or changed by us.
      ignore_missing_component_templates: [`${prefixPlaceholder}custom`],
      _meta: meta(holds),
    }),
  ]),
];

/** As it stands in the file. */
export function renderAsset({ content }: Asset): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

function component(folder: string, name: string, description: string, template: unknown): Asset {
  return asset(folder, name, { template, _meta: meta(description) });
}

function asset(folder: string, name: string, content: unknown): Asset {
  return { path: `collector/elasticsearch/${folder}/${name}.json`, content };
}

function meta(description: string): unknown {
  return { managed_by: 'sentrikat', description };
}
