/** The Go parts of the collector, by Go's own tests. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { noCollector } from '../servers/collector.ts';

const folder = fileURLToPath(new URL('../../collector', import.meta.url));

function go(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('go', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`go ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

describe.skipIf(noCollector() !== undefined)('the sources in Go', () => {
  test('are formatted', () => {
    expect(spawnSync('gofmt', ['-l', '.'], { cwd: folder, encoding: 'utf8' }).stdout).toBe('');
  });

  test('name exactly the modules that they need', () => {
    expect(go('mod', 'tidy', '-diff')).toBe('');
  }, 300_000);

  test('pass vet', () => {
    expect(go('vet', './...')).toBe('');
  }, 600_000);

  test('pass their tests', () => {
    expect(go('test', './...')).toContain('ok');
  }, 600_000);
});
