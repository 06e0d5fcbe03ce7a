import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], testTimeout: 60_000 } },
      // Real servers and child processes: one file at a time on two cores, and room for a slow machine.
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/collector/**'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      // The same, for the collector, with one Elasticsearch for all; where nothing is built yet, building it takes minutes.
      {
        test: {
          name: 'collector',
          include: ['test/collector/**/*.test.ts'],
          globalSetup: 'test/collector/elasticsearch-for-all.ts',
          testTimeout: 120_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
