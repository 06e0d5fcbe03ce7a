/** Puts the files of collector/elasticsearch into an Elasticsearch, in the order in which they need each other. */
import { elasticsearchAssets, prefixPlaceholder, renderAsset } from '../documents/elasticsearch-templates.ts';
import { ask } from '../instruments/stored-documents.ts';

/** Folders, and the path of the requests with what is in them. */
const requests = [
  { folder: 'component-templates', path: '_component_template' },
  { folder: 'dsl/component-templates', path: '_component_template' },
  { folder: 'index-templates', path: '_index_template' },
] as const;

/** With the data streams' own lifecycle: the server that tests have knows no other. */
export async function putAssets(url: string, prefix: string): Promise<void> {
  for (const { folder, path } of requests) {
    for (const asset of elasticsearchAssets) {
      const [, name] = new RegExp(`^collector/elasticsearch/${folder}/(.*)\\.json$`).exec(asset.path) ?? [];
      if (name === undefined) continue;
      await ask(
        url,
        'PUT',
        `/${path}/${prefix}${name}`,
        JSON.parse(renderAsset(asset).replaceAll(prefixPlaceholder, prefix)),
      );
    }
  }
}
