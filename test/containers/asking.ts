/** Requests for paths that nobody has asked for before, and whether each is found once where it should be. */

/** Asks for so many; resolves with their paths when all are answered, by whatever status. */
export async function ask(url: string, prefix: string, count: number): Promise<string[]> {
  const paths = Array.from({ length: count }, (_, index) => `/asked/${prefix}-${index}`);
  for (const path of paths) await (await fetch(url + path)).text();
  return paths;
}

export interface Asking {
  /** Paths, in the order of their answers, of whatever status. */
  readonly answered: readonly string[];
  /** Lets what is under way come to its end. */
  stop(): Promise<void>;
}

/** Four clients that ask one after the other, whoever answers. */
export function keepAsking(url: string, prefix: string): Asking {
  const answered: string[] = [];
  const over = new AbortController();
  const ends = [1, 2, 3, 4].map(async (client) => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const path = `/asked/${prefix}-${client}-${count}`;
      const isAnswered = await fetch(url + path, { signal: AbortSignal.timeout(5000) }).then(
        async (response) => (await response.text()) !== '',
        () => false,
      );
      if (isAnswered) answered.push(path);
      // Nobody is there any more.
      else await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  return {
    answered,
    async stop() {
      over.abort();
      await Promise.all(ends);
    },
  };
}

/** Those of the paths that are in the list not once, and how often. */
export function notOnce(paths: readonly string[], list: readonly string[]): [path: string, times: number][] {
  const times = new Map(paths.map((path) => [path, 0]));
  for (const path of list) if (times.has(path)) times.set(path, (times.get(path) ?? 0) + 1);
  return [...times].filter(([, count]) => count !== 1);
}
