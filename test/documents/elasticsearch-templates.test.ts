/** The files for Elasticsearch, without one: nothing is missing, nothing is there twice, and policies have the shape that ILM reads. */
import { globSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { ecsFields } from '../../packages/instrumentation/src/vocabulary/ecs-fields.ts';
import { ecsFragment } from './ecs-fragment.ts';
import { mappedFields } from './elasticsearch-fields.ts';
import { elasticsearchAssets, prefixPlaceholder, renderAsset, streams } from './elasticsearch-templates.ts';

test('each field that the collector puts into a document has its type, once', () => {
  const set = Array.from(ecsFragment().matchAll(/set\(log\.body\["([^"]+)"\]/g), ([, field]) => field);
  expect(mappedFields).toEqual(expect.arrayContaining([...set, ...ecsFields.map(({ field }) => field)]));
  expect(set.length).toBeGreaterThan(50);
  expect(new Set(mappedFields).size).toBe(mappedFields.length);
});

test('no field is inside of another, which would be a field and an object at once', () => {
  for (const field of mappedFields) {
    expect(mappedFields.filter((other) => other.startsWith(`${field}.`))).toEqual([]);
  }
});

test('there is no file that nothing makes', () => {
  const files = globSync('collector/elasticsearch/**/*.json', { cwd: `${import.meta.dirname}/../..` });
  expect(files.toSorted()).toEqual(elasticsearchAssets.map(({ path }) => path).toSorted());
});

test('names of templates differ, as those of files do, and each that a template is composed of is there in either kind', () => {
  for (const kind of ['dsl', 'ilm']) {
    const here = elasticsearchAssets.filter(({ path }) => !path.includes(`/${kind === 'dsl' ? 'ilm' : 'dsl'}/`));
    const components = here
      .filter(({ path }) => path.includes('/component-templates/'))
      .map(({ path }) => nameOf(path));
    expect(new Set(components).size).toBe(components.length);
    for (const { path, content } of here.filter((each) => each.path.includes('/index-templates/'))) {
      const { composed_of: parts } = content as { composed_of: string[] };
      const optional = `${prefixPlaceholder}custom`;
      expect(components.map((name) => prefixPlaceholder + name).concat(optional)).toEqual(
        expect.arrayContaining(parts),
      );
      expect(parts).toContain(`${prefixPlaceholder}${nameOf(path)}-retention`);
    }
  }
});

test('the destination of the collector is a data stream that has a template', () => {
  const fragment = readFileSync(new URL('../../collector/config/elasticsearch.yaml', import.meta.url), 'utf8');
  const [, rejected] = /rejected_index: \$\{env:ELASTIC_INDEX_PREFIX\}(\S+)/.exec(fragment) ?? [];
  expect(streams.map(({ name }) => name)).toContain(rejected);
});

// https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management/index-lifecycle
test('policies have the phases and actions of ILM, and those that retention names are there', () => {
  const policies = elasticsearchAssets.filter(({ path }) => path.includes('/ilm/policies/'));
  for (const { content } of policies) {
    const age = expect.stringMatching(/^\d+(ms|d)$/);
    expect(content).toEqual({
      policy: {
        _meta: expect.any(Object),
        phases: {
          hot: {
            min_age: age,
            actions: { rollover: { max_age: age, max_primary_shard_size: expect.stringMatching(/^\d+gb$/) } },
          },
          delete: { min_age: age, actions: { delete: {} } },
        },
      },
    });
  }
  const named = elasticsearchAssets
    .filter(({ path }) => path.includes('/ilm/component-templates/'))
    .map(({ content }) => (content as IlmComponent).template.settings.index.lifecycle.name);
  expect(named.toSorted()).toEqual(policies.map(({ path }) => prefixPlaceholder + nameOf(path)).toSorted());
});

test('another prefix is put in by replacing a word', () => {
  for (const asset of elasticsearchAssets) {
    const text = renderAsset(asset);
    expect(JSON.parse(text.replaceAll(prefixPlaceholder, 'shop_'))).toEqual(expect.any(Object));
    expect(text.replaceAll(prefixPlaceholder, '')).not.toMatch(/[{}]{2}(?!\n|,)prefix|sentrikat-/);
  }
});

interface IlmComponent {
  readonly template: { readonly settings: { readonly index: { readonly lifecycle: { readonly name: string } } } };
}

function nameOf(path: string): string {
  return path.replace(/^.*\/|\.json$/g, '');
}
