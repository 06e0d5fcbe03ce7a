/** The pages that are made out of tables of the code, so that the two cannot disagree. */
import { capacityPage } from './capacity-page.ts';
import { configurationPage } from './configuration-page.ts';
import { coveragePage } from './coverage-page.ts';
import { ecsFragment } from './ecs-fragment.ts';
import { elasticsearchAssets, renderAsset } from './elasticsearch-templates.ts';
import { eventsPage } from './events-page.ts';
import { grafanaDashboard } from './grafana-dashboard.ts';
import { savedObjectsFile } from './kibana-saved-objects.ts';
import { messagesPage } from './messages-page.ts';
import { prometheusRule } from './prometheus-rule.ts';
import { redactionPage } from './redaction-page.ts';

/** Path below the repository's root, and what the page says. */
export const pages: readonly { readonly path: string; readonly render: () => string }[] = [
  { path: 'docs/capacity.md', render: capacityPage },
  { path: 'docs/configuration.md', render: configurationPage },
  { path: 'docs/coverage.md', render: coveragePage },
  { path: 'docs/events.md', render: eventsPage },
  { path: 'docs/messages.md', render: messagesPage },
  { path: 'docs/redaction.md', render: redactionPage },
  { path: 'collector/config/ecs.yaml', render: ecsFragment },
  { path: 'deploy/dashboards/collector.json', render: grafanaDashboard },
  { path: 'deploy/kubernetes/components/monitoring/prometheus-rule.yaml', render: prometheusRule },
  ...elasticsearchAssets.map((asset) => ({ path: asset.path, render: () => renderAsset(asset) })),
  { path: 'collector/kibana/saved-objects.ndjson', render: savedObjectsFile },
];
