// Makes package-lock.json anew, in a folder without node_modules: beside one, npm forgets the packages of other platforms
// (https://github.com/npm/cli/issues/4828), and `npm ci` then fails there.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'lock-'));
try {
  for (const manifest of ['package.json', '.npmrc', ...globSync('{packages/*,test}/package.json', { cwd: root })])
    cpSync(join(root, manifest), join(place, manifest));
  const args = ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: place, stdio: 'inherit' });
  if (status === 0) copyFileSync(join(place, 'package-lock.json'), join(root, 'package-lock.json'));
  process.exitCode = status ?? 1;
} finally {
  rmSync(place, { recursive: true });
}
