/** What a real Elasticsearch has stored, read back through its own API. */

export interface StoredDocument {
  readonly index: string;
  readonly id: string;
  readonly source: Readonly<Record<string, unknown>>;
}

/** Everything in data streams and indices of these names, at most 10,000 documents, oldest first. */
export async function storedDocuments(url: string, names: string): Promise<StoredDocument[]> {
  await ask(url, 'POST', `/${names}/_refresh?ignore_unavailable=true&allow_no_indices=true`);
  const found = (await ask(url, 'POST', `/${names}/_search?ignore_unavailable=true&allow_no_indices=true`, {
    size: 10_000,
    sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }],
  })) as { hits: { hits: Readonly<Record<string, unknown>>[] } };
  return found.hits.hits.map((hit) => ({
    // `.ds-sentrikat-audit-2026.11.28-000001` is where the data stream keeps it.
    index: String(hit['_index']).replace(/^\.ds-(.*)-\d{4}\.\d\d\.\d\d-\d{6}$/, '$1'),
    id: String(hit['_id']),
    source: hit['_source'] as StoredDocument['source'],
  }));
}

/** Asks until `isEnough` of those that are `wanted`; rejects, with what was there last, when time is up. */
export async function untilStored(
  url: string,
  names: string,
  isEnough: (found: readonly StoredDocument[]) => boolean,
  wanted: (document: StoredDocument) => boolean = () => true,
  withinMillis: number = 30_000,
): Promise<StoredDocument[]> {
  const deadline = performance.now() + withinMillis;
  for (;;) {
    let found: StoredDocument[] = [];
    let cause: unknown;
    try {
      found = (await storedDocuments(url, names)).filter(wanted);
      if (isEnough(found)) return found;
    } catch (error) {
      // A data stream that is just being made cannot be searched.
      cause = error;
    }
    if (performance.now() > deadline) {
      throw new Error(
        `not stored within ${withinMillis} ms; ${found.length} are there: ${JSON.stringify(found).slice(0, 2_000)}`,
        { cause },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Rejects, with what Elasticsearch said, where it refuses. */
export async function ask(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 2_000)}`);
  return JSON.parse(text);
}
