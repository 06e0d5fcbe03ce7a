import { defineConfig, type UserConfig } from 'tsdown';

import { thirdPartyLicenses } from './third-party-licenses.ts';

const shared = { platform: 'node', target: 'node22.15', dts: true } as const;

/**
 * What NodeSDK imports for configurations that the preload never gives it (gRPC, Zipkin, Prometheus, a YAML file, metrics).
 * It would be two thirds of the preload, in size and in time to start.
 */
const absent =
  /^@opentelemetry\/(configuration|exporter-(metrics-otlp-\w+|(logs|trace)-otlp-grpc|prometheus|zipkin)|otlp-grpc-exporter-base)$/;

const config: UserConfig[] = defineConfig([
  {
    ...shared,
    entry: ['src/index.ts', 'src/audit.ts', 'src/errors.ts', 'src/ldap.ts', 'src/security.ts', 'src/worker.ts'],
    format: ['esm', 'cjs'],
  },
  { ...shared, entry: ['src/register.ts'], format: ['cjs'] },
  { ...shared, dts: false, entry: ['src/thread.ts'], format: ['cjs'] },
  // What `register` loads: one file, because a preload is part of every start: hundreds of small modules take longer to find than to run.
  {
    ...shared,
    dts: false,
    entry: ['src/start.ts'],
    format: ['cjs'],
    plugins: [
      thirdPartyLicenses('THIRD-PARTY-LICENSES.txt'),
      {
        name: 'absent',
        resolveId: { filter: { id: absent }, handler: (id) => `\0absent:${id}` },
        load: { filter: { id: /^\0absent:/ }, handler: () => 'module.exports = {};' },
      },
    ],
    // No timer of a library in here keeps the application alive; ours that may are imported by name.
    inputOptions: {
      transform: {
        inject: { setTimeout: [`${import.meta.dirname}/src/process/unreferenced-timer.ts`, 'setTimeoutUnreferenced'] },
      },
    },
  },
]);

export default config;
