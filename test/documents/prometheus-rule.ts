/** The alerts of the collector as Prometheus' operator takes them: an object around the rules, which stay as they are written. */
import { readFileSync } from 'node:fs';

const rules = new URL('../../deploy/alerts/collector.yaml', import.meta.url);

export function prometheusRule(): string {
  const indented = readFileSync(rules, 'utf8').replaceAll(/^(?=.)/gm, '  ');
  return `# Made by \`npm run docs\` out of deploy/alerts/collector.yaml: change that, rather than this file.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: sentrikat-collector
  labels:
    app.kubernetes.io/name: sentrikat-collector
    app.kubernetes.io/component: monitoring
spec:
${indented}`;
}
