// Makes `npm run demo` and `npm test` work on a machine that has nothing but Node and npm: installs what the lockfile
// names (once per lockfile), builds the packages where `--built` asks for them, then runs the given command with the
// workspace's own Node first on PATH.
// This file alone must run on an old Node, before anything is installed: plain JavaScript, Node built-ins only.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installedMark = join(root, 'node_modules', '.installed-lockfile');
const bin = join(root, 'node_modules', '.bin');
/** The lowest Node that runs TypeScript sources directly (22.18), which the tools and programs here rely on. */
const lowestNode = [22, 18];

const lockfileHash = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
/** Where Go's own archive is unpacked; a shell that nobody logs in to may not know it. */
const goBin = '/usr/local/go/bin';
const env = { ...process.env, PATH: [bin, process.env.PATH ?? '', goBin].join(delimiter) };

if (readOrEmpty(installedMark) !== lockfileHash) install();
checkNode();
const [first, ...rest] = process.argv.slice(2);
if (first === '--built') build();
run(first === '--built' ? rest : [first, ...rest]);

function install() {
  process.stderr.write('Installing what package-lock.json names (first run, or it changed); this takes a minute…\n');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (npm.status !== 0) {
    fail(
      'INSTALL_FAILED: "npm ci" did not finish',
      'nothing can be built without the packages in package-lock.json',
      "read npm's message above; check that the npm registry is reachable, then run the same command again",
    );
  }
  writeFileSync(installedMark, lockfileHash);
}

function checkNode() {
  const answer = spawnSync('node', ['--version'], { env, encoding: 'utf8' });
  const [major = 0, minor = 0] = (answer.stdout ?? '').replace('v', '').split('.').map(Number);
  if (major > lowestNode[0] || (major === lowestNode[0] && minor >= lowestNode[1])) return;
  const seen = answer.stdout?.trim() || `none (${answer.error?.message ?? answer.stderr})`;
  fail(
    `NODE_TOO_OLD: Node ${seen} is what "node" runs here`,
    `this workspace needs Node ${lowestNode.join('.')} or later, and its own copy (npm package "node") did not work on ${process.platform}-${process.arch}`,
    'install Node 24 and run the same command again',
  );
}

/** Quick where nothing has changed, and silent where nothing is wrong. */
function build() {
  const turbo = spawnSync('turbo', ['run', 'build', '--output-logs=errors-only', '--ui=stream'], { cwd: root, env });
  if (turbo.status === 0) return;
  process.stderr.write(turbo.stdout ?? '');
  process.stderr.write(turbo.stderr ?? '');
  fail(
    `BUILD_FAILED: "turbo run build" did not finish (${turbo.error?.message ?? `exit code ${turbo.status}`})`,
    'the packages are run as they are built',
    'read its message above; "npm run build" shows it again',
  );
}

function run([command, ...args]) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
  // Ctrl-C reaches the child from the terminal as well; this process only has to outlive it and report its end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('error', (error) =>
    fail(
      `COMMAND_FAILED: cannot start "${command}" (${error.message})`,
      'the command after with-workspace.mjs must exist',
      'run it through "npm run"',
    ),
  );
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function fail(what, why, remedy) {
  process.stderr.write(`${what}\n  why   ${why}\n  do    ${remedy}\n`);
  process.exit(1);
}
