/** Alerts and dashboard of the collector: they fire for what they are about, and ask for metrics that there are. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { dashboardExpressions } from '../documents/grafana-dashboard.ts';
import { locate } from '../servers/debian-package.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const alerts = join(root, 'deploy/alerts');
const rules = readFileSync(join(alerts, 'collector.yaml'), 'utf8');
const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

/** Debian's, so where there is no apt-get there is none. */
const isLinux = spawnSync('apt-get', ['--version']).status === 0;

function promtool(...args: readonly string[]) {
  const { root: system } = locate({ name: 'prometheus', packages: ['prometheus'], files: ['usr/bin/promtool'] });
  return spawnSync(join(system, 'usr/bin/promtool'), args, { cwd: alerts, encoding: 'utf8' });
}

describe.skipIf(!isLinux)('promtool', () => {
  test('finds the rules in order', () => {
    const { status, stdout, stderr } = promtool('check', 'rules', 'collector.yaml');
    expect(stderr).toBe('');
    expect(stdout).toContain(`${names.length} rules found`);
    expect(status).toBe(0);
  });

  test('sees each alert fire for what it is about, and for nothing else', () => {
    const { status, stdout, stderr } = promtool('test', 'rules', 'collector.test.yaml');
    expect(`${stdout}${stderr}`).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('can read what the dashboard asks for', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
    const file = join(folder, 'expressions.yaml');
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({
        groups: [
          { name: 'panels', rules: dashboardExpressions().map((expr, index) => ({ record: `panel:${index}`, expr })) },
        ],
      }),
    );
    expect(promtool('check', 'rules', file)).toMatchObject({ status: 0, stderr: '' });
    rmSync(folder, { recursive: true });
  });
});

test('every alert has a test, and a runbook under its name', () => {
  const tests = readFileSync(join(alerts, 'collector.test.yaml'), 'utf8');
  const runbook = readFileSync(join(root, 'docs/runbooks/collector.md'), 'utf8');
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !tests.includes(`alertname: ${name}\n        exp_alerts:\n          -`))).toEqual([]);
  expect([...runbook.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)).toEqual(names);
  for (const name of names) expect(rules).toContain(`docs/runbooks/collector.md#${name.toLowerCase()}`);
});
