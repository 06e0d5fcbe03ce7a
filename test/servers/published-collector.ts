/**
 * A collector of nothing but the OpenTelemetry project's own components, as its image "contrib" has them, for what the configuration does on
 * one that is not ours. The image is not to be had without a registry; these are modules that it is made of.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { cached } from './cache.ts';
import { run } from './run.ts';

const release = '0.158.0';
const contrib = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const core = 'go.opentelemetry.io/collector';

/** The newest releases of the exporters that the Go module proxy has with all that they need; the ranges are in the collector's README. */
const components = {
  receivers: [`${core}/receiver/otlpreceiver v${release}`, `${contrib}/receiver/filelogreceiver v${release}`],
  processors: [
    `${core}/processor/memorylimiterprocessor v${release}`,
    `${contrib}/processor/transformprocessor v${release}`,
    `${contrib}/processor/redactionprocessor v${release}`,
  ],
  exporters: [`${contrib}/exporter/elasticsearchexporter v0.156.0`, `${contrib}/exporter/syslogexporter v0.145.0`],
  connectors: [`${core}/connector/forwardconnector v${release}`],
  extensions: [
    `${contrib}/extension/storage/filestorage v${release}`,
    `${contrib}/extension/healthcheckextension v${release}`,
  ],
  providers: [`${core}/confmap/provider/envprovider v1.64.0`, `${core}/confmap/provider/fileprovider v1.64.0`],
};

/** Of a module that the checksum database lacks, what the go.sum of the exporter that needs it says, which is verified. */
const checksums = `\
go.opentelemetry.io/ebpf-profiler v0.0.202623 h1:L85ki6PQiJyczuzM6+tU5g5Y4RLI23KVny4VWU0jS4w=
go.opentelemetry.io/ebpf-profiler v0.0.202623/go.mod h1:DqHEtu1S8fTmyvvrSSum1lssLKwYM7aExPNZ/+vWZ6U=
`;

const name = 'otelcol-published';

/** The program. Builds it where it is not there yet, which takes two minutes; throws, with what Go printed, where that fails. */
export function publishedCollector(): string {
  const folder = cached(`${name}-${release}`, (empty) => {
    const dist = { name, module: `test.local/${name}`, version: release, output_path: empty, cgo_enabled: false };
    const modules = Object.entries(components).map(([kind, all]) => [kind, all.map((gomod) => ({ gomod }))]);
    const manifest = join(empty, 'builder.yaml');
    // JSON is YAML.
    writeFileSync(manifest, JSON.stringify({ dist, ...Object.fromEntries(modules) }));
    writeFileSync(join(empty, 'go.sum'), checksums);
    run('go', ['run', `${core}/cmd/builder@v${release}`, '--skip-strict-versioning', '--config', manifest], empty);
  });
  return join(folder, name);
}
