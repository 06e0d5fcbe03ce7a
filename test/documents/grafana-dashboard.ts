/** deploy/dashboards/collector.json, for Grafana on Prometheus: how records flow through the collectors, and what waits. */

interface Panel {
  readonly title: string;
  readonly expr: string;
  readonly legend: string;
  /** https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit */
  readonly unit: string;
}

const panels: readonly Panel[] = [
  {
    title: 'Received',
    expr: 'sum by (receiver) (rate(otelcol_receiver_accepted_log_records_total[$__rate_interval]))',
    legend: '{{receiver}}',
    unit: 'reqps',
  },
  {
    title: 'Sent',
    expr: 'sum by (exporter) (rate(otelcol_exporter_sent_log_records_total[$__rate_interval]))',
    legend: '{{exporter}}',
    unit: 'reqps',
  },
  {
    title: 'Queue, of its capacity',
    expr: 'otelcol_exporter_queue_size / otelcol_exporter_queue_capacity',
    legend: '{{instance}} {{exporter}}',
    unit: 'percentunit',
  },
  {
    title: 'Refused at the door',
    expr: 'sum by (receiver) (rate(otelcol_receiver_refused_log_records_total[$__rate_interval]))',
    legend: '{{receiver}}',
    unit: 'reqps',
  },
  {
    title: 'Dropped for a destination whose queue is full',
    expr: 'sum by (exporter) (increase(sentrikat_exporter_dropped_records_total[$__rate_interval]))',
    legend: '{{exporter}}',
    unit: 'short',
  },
  {
    title: 'Documents in Elasticsearch, by outcome',
    expr: 'sum by (outcome) (rate(sentrikat_elasticsearch_documents_total[$__rate_interval]))',
    legend: '{{outcome}}',
    unit: 'reqps',
  },
  {
    title: 'Syslog messages, by outcome',
    expr: 'sum by (outcome) (rate(sentrikat_syslog_messages_total[$__rate_interval]))',
    legend: '{{outcome}}',
    unit: 'reqps',
  },
  {
    title: 'Memory',
    expr: 'otelcol_process_memory_rss_bytes',
    legend: '{{instance}}',
    unit: 'bytes',
  },
  {
    title: 'CPU',
    expr: 'rate(otelcol_process_cpu_seconds_total[$__rate_interval])',
    legend: '{{instance}}',
    unit: 'percentunit',
  },
];

const datasource = { type: 'prometheus', uid: '${datasource}' };
const [width, height] = [8, 8];

export function grafanaDashboard(): string {
  const dashboard = {
    uid: 'sentrikat-collector',
    title: 'SentriKat collector',
    description: 'Made by `npm run docs` out of test/documents/grafana-dashboard.ts.',
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map(({ title, expr, legend, unit }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title,
      datasource,
      gridPos: { x: (index % 3) * width, y: Math.floor(index / 3) * height, w: width, h: height },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      targets: [{ refId: 'A', datasource, expr, legendFormat: legend }],
    })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

/** What the panels ask Prometheus for, with a fixed interval for Grafana's own. */
export function dashboardExpressions(): readonly string[] {
  return panels.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'));
}
