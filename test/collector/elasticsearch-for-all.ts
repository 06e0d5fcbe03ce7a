/** One Elasticsearch for all tests of this folder, as it takes seconds to start. Each of them has index names of its own. */
import type { TestProject } from 'vitest/node';

import { noElasticsearch, startElasticsearch } from '../servers/elasticsearch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Empty where there is none. */
    elasticsearchUrl: string;
  }
}

export default async function setUp({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (noElasticsearch() !== undefined) {
    provide('elasticsearchUrl', '');
    return undefined;
  }
  const { url, stop } = await startElasticsearch();
  provide('elasticsearchUrl', url);
  return stop;
}
