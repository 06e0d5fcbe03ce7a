import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], testTimeout: 60_000 } },
      // Real servers and child processes, which wait for each other half of the time: two files at a time, and room for a slow machine.
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/collector/**'],
          testTimeout: 120_000,
          hookTimeout: 900_000,
          maxWorkers: 2,
        },
      },
      // The same, for the collector, with one Elasticsearch for all.
      {
        test: {
          name: 'collector',
          include: ['test/collector/**/*.test.ts'],
          globalSetup: 'test/collector/set-up.ts',
          testTimeout: 120_000,
          hookTimeout: 900_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
