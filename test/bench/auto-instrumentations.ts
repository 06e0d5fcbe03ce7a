/** The upstream preload with nothing leaving the process: no exporter, and no resource detector that asks the network for its cloud. */
import { fileURLToPath } from 'node:url';

const register = fileURLToPath(import.meta.resolve('@opentelemetry/auto-instrumentations-node/register'));

export const autoInstrumentationsFlags: readonly string[] = ['--require', register];

export const autoInstrumentationsEnvironment: Readonly<Record<string, string>> = {
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
};
