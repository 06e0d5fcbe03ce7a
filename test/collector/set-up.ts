/**
 * What takes long and is for all tests of this folder: the collectors are built, once, and one Elasticsearch is started. Each test has
 * index names of its own.
 */
import type { TestProject } from 'vitest/node';

import { buildCollector } from '../../collector/build.ts';
import { noCollector } from '../servers/collector.ts';
import { publishedCollector } from '../servers/published-collector.ts';
import { noElasticsearch, startElasticsearch } from '../servers/elasticsearch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty where there is none. */
    elasticsearchUrl: string;
  }
}

export default async function setUp({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (noCollector() === undefined) {
    buildCollector(() => {});
    publishedCollector();
  }
  if (noElasticsearch() !== undefined) {
    provide('elasticsearchUrl', '');
    return undefined;
  }
  const { url, stop } = await startElasticsearch();
  provide('elasticsearchUrl', url);
  return stop;
}
