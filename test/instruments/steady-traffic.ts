/** Requests that do not stop while something happens to the server, and what became of each. */
export interface SteadyTraffic {
  /** Lets what is under way come to its end. */
  stop(): Promise<void>;
  /** Paths, in the order of their answers. */
  readonly answered: readonly string[];
  /** Paths of requests that got no answer, or another one than 200. */
  readonly failed: readonly string[];
  /** Resolves once so many more are answered. */
  answers(count: number): Promise<void>;
}

/** `clients` ask one after the other, each path once; every second path is below `/audited`. */
export function startTraffic(url: string, clients: number = 4): SteadyTraffic {
  const answered: string[] = [];
  const failed: string[] = [];
  const over = new AbortController();
  let asked = 0;
  const ends = Array.from({ length: clients }, async () => {
    while (!over.signal.aborted) await ask();
  });
  return {
    answered,
    failed,
    async stop() {
      over.abort();
      await Promise.all(ends);
    },
    async answers(count) {
      const enough = answered.length + count;
      while (answered.length < enough) await new Promise((resolve) => setTimeout(resolve, 5));
    },
  };

  async function ask(): Promise<void> {
    asked += 1;
    const path = asked % 2 === 0 ? `/audited/${asked}` : `/plain/${asked}`;
    const isAnswered = await fetch(url + path, { signal: AbortSignal.timeout(10_000) }).then(
      async (response) => (await response.text()) === '' && response.ok,
      () => false,
    );
    (isAnswered ? answered : failed).push(path);
  }
}
