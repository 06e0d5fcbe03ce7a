/**
 * The entrypoint of the image as it is, without a container: in mounts of its own it has the user, the programs and the folders that
 * the image would give it.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { concerns } from '@sentrikat/file-exporter';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../instruments/log-files.ts';
import { mountPrivately, noPrivateMounts, type PrivateMount } from '../instruments/private-mount.ts';
import { startProgram, type Program } from '../instruments/program.ts';
import { locate } from '../servers/debian-package.ts';

const entrypoint = fileURLToPath(new URL('../../deploy/docker/entrypoint.sh', import.meta.url));
const reason = noPrivateMounts();
const uid = 10_001;
const stranger = 4321;
const sentrikat = `${uid}:${uid}`;
const MiB = 1024 * 1024;

/** Who the service would be, and what it would be told. */
const tell = `const { LOG_DIR, DATA_DIR, BACKUP_DIR } = process.env;
console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), LOG_DIR, DATA_DIR, BACKUP_DIR }));`;

test('names the files of all concerns, and no other', () => {
  const named = readFileSync(entrypoint, 'utf8').matchAll(/-name '(\w+\.log)\*'/g);
  expect([...named].map(([, file]) => file).toSorted()).toEqual(concerns.map(({ file }) => file).toSorted());
});

describe.skipIf(reason !== undefined)(`the entrypoint${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let root: string;
  let application: string;
  let mount: PrivateMount;
  let program: Program | undefined;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'entrypoint-'));
    mount = await mountPrivately(root, 16 * MiB);
    mount.run('chmod', '755', root);
    // The folders of the defaults, which are the machine's own elsewhere.
    for (const folder of ['/var/log', '/var/lib']) mount.run('mount', '-t', 'tmpfs', '-o', 'mode=755', 'none', folder);
    const user = `sentrikat:x:${uid}:`;
    for (const [file, line] of [
      ['passwd', `${user}${uid}::${root}:/usr/sbin/nologin\n`],
      ['group', `${user}\n`],
    ] as const) {
      writeFileSync(outside(file), readFileSync(`/etc/${file}`, 'utf8') + line);
      mount.run('mount', '--bind', join(root, file), `/etc/${file}`);
    }
    const programs = locate({
      name: 'gosu-tini',
      packages: ['gosu', 'tini'],
      files: ['usr/sbin/gosu', 'usr/bin/tini'],
    });
    makeFolder('bin');
    copyFileSync(join(programs.root, 'usr/sbin/gosu'), outside('bin/gosu'));
    copyFileSync(join(programs.root, 'usr/bin/tini'), outside('bin/tini'));
    copyFileSync(entrypoint, outside('bin/entrypoint.sh'));
    application = makeFolder('app');
  });

  afterEach(async () => {
    await program?.stop('SIGKILL');
    program = undefined;
    await mount.end();
    rmSync(root, { recursive: true });
  });

  const outside = (path: string) => mount.outside(join(root, path));
  const here = (text: string) => text.replace('@', root);

  /** Its path for programs of the mount. */
  function makeFolder(path: string, owner: number = 0, mode: number = 0o755): string {
    mkdirSync(outside(path), { recursive: true });
    chmodSync(outside(path), mode);
    chownSync(outside(path), owner, owner);
    return join(root, path);
  }

  function start(env: Readonly<Record<string, string>>, script: string, ...wrapper: readonly string[]): Program {
    program = startProgram({
      args: ['-e', script],
      env: { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, ...env },
      wrapper: [...mount.wrapper, 'env', `--chdir=${application}`, ...wrapper, 'sh', join(root, 'bin/entrypoint.sh')],
    });
    return program;
  }

  async function told(env: Readonly<Record<string, string>>, ...wrapper: readonly string[]) {
    const { code, stdout, stderr } = await start(env, tell, ...wrapper).ended();
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return { ...(JSON.parse(stdout) as Readonly<Record<string, string | number>>), stderr };
  }

  test.each([
    {
      what: 'nothing is set',
      env: {},
      directories: ['/var/log/sentrikat', '/var/lib/sentrikat/data', '/var/lib/sentrikat/backups'],
    },
    { what: 'a storage is', env: { STORAGE_ROOT: '@/s' }, directories: ['@/s/logs', '@/s/data', '@/s/backups'] },
    {
      what: 'a storage with a slash at its end is',
      env: { STORAGE_ROOT: '@/s/', BACKUP_DIR: '' },
      directories: ['@/s/logs', '@/s/data', '@/s/backups'],
    },
    {
      what: 'one directory is explicit',
      env: { STORAGE_ROOT: '@/s', LOG_DIR: '@/own/logs' },
      directories: ['@/own/logs', '@/s/data', '@/s/backups'],
    },
    {
      what: 'all are explicit',
      env: { STORAGE_ROOT: '@/s', LOG_DIR: '@/l/', DATA_DIR: '@/d', BACKUP_DIR: '@/b' },
      directories: ['@/l/', '@/d', '@/b'],
    },
    {
      what: 'a name looks like a pattern',
      env: { STORAGE_ROOT: '@/s[1]' },
      directories: ['@/s[1]/logs', '@/s[1]/data', '@/s[1]/backups'],
    },
    {
      what: 'storage and two directories are empty',
      env: { STORAGE_ROOT: '', LOG_DIR: '', DATA_DIR: '@/d' },
      directories: ['/var/log/sentrikat', '@/d', '/var/lib/sentrikat/backups'],
    },
  ])('where $what makes $directories, as sentrikat sentrikat', async ({ env, directories }) => {
    const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, here(value)]));
    const [LOG_DIR, DATA_DIR, BACKUP_DIR] = directories.map(here);
    expect(await told(given)).toEqual({ uid, gid: uid, LOG_DIR, DATA_DIR, BACKUP_DIR, stderr: '' });
    const made = directories.map((directory) => mount.outside(here(directory)));
    expect(made.map(ownerOf)).toEqual([sentrikat, sentrikat, sentrikat]);
    expect(made.map((directory) => lstatSync(directory).mode & 0o777)).toEqual([0o750, 0o750, 0o750]);
  });

  test.each(['@/volume/data', '@/volume/data/', '@/volume/data/sub', '@/volume/data/new/'])(
    'gives away nothing that a link leads to, which whoever could write there has laid: %s',
    async (directory) => {
      makeFolder('volume', uid);
      makeFolder('foreign/sub');
      writeFileSync(outside('foreign/access.log'), '');
      symlinkSync(join(root, 'foreign'), outside('volume/data'));
      const { stderr } = await told({ DATA_DIR: here(directory) });
      expect(stderr).toMatch(/^DIRECTORY_NOT_WRITABLE: .* \(a symbolic link leads there, and root follows none\)$/m);
      for (const file of ['foreign', 'foreign/sub', 'foreign/access.log']) expect(ownerOf(outside(file))).toBe('0:0');
      expect(existsSync(outside('foreign/new'))).toBe(false);
    },
  );

  test('uses what a link leads to that is open to the user', async () => {
    makeFolder('elsewhere', uid);
    symlinkSync(join(root, 'elsewhere'), outside('logs'));
    const { stderr, ...rest } = await told({ LOG_DIR: join(root, 'logs') });
    expect(rest).toMatchObject({ LOG_DIR: join(root, 'logs') });
    expect(stderr).toMatch(/^DIRECTORY_NOT_GIVEN: .*symbolic link/m);
  });

  test('in a storage of another user gives away its own part, and of what lies there only its own files', async () => {
    const storage = makeFolder('storage', stranger);
    makeFolder('storage/logs/other');
    makeFolder('storage/logs/.sentrikat');
    const mine = ['access.log', 'audit.log.3', '.sentrikat', '.sentrikat/audit.log.lock'].map(
      (name) => `storage/logs/${name}`,
    );
    const theirs = ['notes.txt', 'other', 'other/access.log', 'hard-link'].map((name) => `storage/logs/${name}`);
    for (const file of [...mine, ...theirs, 'secret']) {
      if (!existsSync(outside(file))) writeFileSync(outside(file), '');
    }
    symlinkSync(join(root, 'secret'), outside('storage/logs/error.log'));
    linkSync(outside('storage/logs/hard-link'), outside('storage/logs/security.log'));

    expect(await told({ STORAGE_ROOT: storage })).toMatchObject({ LOG_DIR: join(storage, 'logs'), stderr: '' });
    expect(ownerOf(outside('storage'))).toBe(`${stranger}:${stranger}`);
    expect(mine.filter((file) => ownerOf(outside(file)) !== sentrikat)).toEqual([]);
    expect([...theirs, 'secret'].filter((file) => ownerOf(outside(file)) !== '0:0')).toEqual([]);
  });

  describe('where the log directory cannot be written', () => {
    test.each([
      {
        what: 'the file system is read-only',
        because: /Read-only file system/,
        arrange() {
          mount.run('mount', '-t', 'tmpfs', '-o', 'ro', 'none', makeFolder('storage'));
        },
      },
      {
        what: 'a file is in the way',
        because: /File exists|Not a directory/,
        arrange() {
          writeFileSync(outside('storage'), '');
        },
      },
      {
        what: 'it is there, on a file system that is read-only',
        because: /Read-only file system/,
        arrange() {
          makeFolder('storage');
          mount.run('mount', '-t', 'tmpfs', 'none', join(root, 'storage'));
          for (const folder of ['logs', 'data', 'backups']) makeFolder(`storage/${folder}`);
          mount.run('mount', '-o', 'remount,ro', join(root, 'storage'));
        },
      },
      {
        what: 'nobody may enter it',
        because: /cannot write to "[^"]*"$/,
        arrange() {
          for (const folder of ['logs', 'data', 'backups']) makeFolder(`storage/${folder}`, 0, 0o600);
        },
      },
      {
        what: 'the way there is closed to the user',
        because: /cannot write to "[^"]*"$/,
        arrange() {
          makeFolder('storage', stranger, 0o700);
        },
      },
    ])('as $what, says so, and writes to the fallback', async ({ arrange, because }) => {
      arrange();
      const { stderr, ...rest } = await told({ STORAGE_ROOT: join(root, 'storage') });
      const fallback = join(application, 'logs');
      expect(rest).toMatchObject({ uid, LOG_DIR: fallback, DATA_DIR: join(root, 'storage/data') });
      expect(ownerOf(mount.outside(fallback))).toBe(sentrikat);
      expect(stderr).not.toContain('DIRECTORY_NOT_GIVEN');
      const messages = stderr.matchAll(/^([A-Z_]+): (.*)\n {2}why {3}.+\n {2}do {4}.+\n/gm);
      const [data, backups, logs] = [...messages].map(([, code, what]) => ({ code, what }));
      expect([data, backups, logs].map((message) => message?.code)).toEqual([
        'DIRECTORY_NOT_WRITABLE',
        'DIRECTORY_NOT_WRITABLE',
        'LOG_DIR_NOT_WRITABLE',
      ]);
      expect(logs?.what).toContain(`${sentrikat} cannot write to "${join(root, 'storage/logs')}"`);
      expect(logs?.what).toMatch(because);
      expect(stderr).toContain(`all logs go to "${fallback}" instead`);
    });

    test('nor the fallback, leaves it to the preload to wait for one of them', async () => {
      writeFileSync(outside('app/logs'), '');
      writeFileSync(outside('storage'), '');
      const { stderr, ...rest } = await told({ LOG_DIR: join(root, 'storage/logs') });
      expect(rest).toMatchObject({ LOG_DIR: join(root, 'storage/logs') });
      expect(stderr).toMatch(
        /^LOG_DIR_NOT_WRITABLE: .*, nor to "[^"]*\/app\/logs"\n {2}why {3}the logs wait in memory/,
      );
    });
  });

  test('stays with a log directory that is full: what waits for room is the preload’s business', async () => {
    const storage = makeFolder('storage');
    mount.run('mount', '-t', 'tmpfs', '-o', 'size=64k,mode=755', 'none', storage);
    makeFolder('storage/logs');
    writeFileSync(outside('storage/ballast'), Buffer.alloc(64 * 1024));
    expect(() => writeFileSync(outside('storage/more'), 'x')).toThrow('ENOSPC');
    expect(await told({ STORAGE_ROOT: storage })).toMatchObject({ LOG_DIR: join(storage, 'logs') });
  });

  test('without the right to give directories away says so, and uses those that are open to the user', async () => {
    makeFolder('storage/logs', stranger, 0o777);
    const { stderr, ...rest } = await told(
      { LOG_DIR: join(root, 'storage/logs') },
      'setpriv',
      '--bounding-set',
      '-chown',
    );
    expect(rest).toMatchObject({ uid, LOG_DIR: join(root, 'storage/logs') });
    expect(stderr).toMatch(
      /^DIRECTORY_NOT_GIVEN: cannot give "[^"]*\/storage\/logs" to sentrikat \(.*not permitted\)$/m,
    );
    expect(ownerOf(outside('storage/logs'))).toBe(`${stranger}:${stranger}`);
  });

  test('does not run the service as root where it may not become the user', async () => {
    const { code, stdout, stderr } = await start({}, tell, 'setpriv', '--bounding-set', '-setuid,-setgid').ended();
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    expect(stderr).toMatch(/^USER_NOT_TAKEN: .*\n {2}why {3}.*\n {2}do {4}.*10001:10001\n$/);
  });

  test.each([uid, stranger])('started as %d stays that, and makes what it may', async (user) => {
    const storage = makeFolder('storage', user);
    const as = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'];
    expect(await told({ STORAGE_ROOT: storage }, ...as)).toMatchObject({
      uid: user,
      LOG_DIR: join(storage, 'logs'),
      stderr: '',
    });
    expect(ownerOf(outside('storage/logs'))).toBe(`${user}:${user}`);
    makeFolder('app', user);
    makeFolder('storage', stranger);
    expect(await told({ LOG_DIR: join(storage, 'new') }, ...as)).toMatchObject(
      user === stranger ? { LOG_DIR: join(storage, 'new') } : { LOG_DIR: join(application, 'logs') },
    );
  });

  test('hands over secrets that only root may read, but none that is set', async () => {
    writeFileSync(outside('secret'), 'from a file $(id) "\'\n', { mode: 0o400 });
    const script = 'console.log(JSON.stringify([process.env.DATABASE_URL, process.env.ADMIN_PASSWORD]))';
    const file = join(root, 'secret');
    const env = { DATABASE_URL_FILE: file, ADMIN_PASSWORD_FILE: file, ADMIN_PASSWORD: 'set' };
    const { stdout } = await start(env, script).ended();
    expect(JSON.parse(stdout)).toEqual(['from a file $(id) "\'', 'set']);
    const { stderr } = await start({ DATABASE_URL_FILE: join(root, 'missing') }, script).ended();
    expect(stderr).toMatch(/^SECRET_NOT_READABLE: DATABASE_URL_FILE is "[^"]*\/missing"/);
  });

  test('is the process that becomes the service: its id, its signals and its exit status', async () => {
    const script = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('pid ' + process.pid);`;
    const service = start({}, script);
    const [, pid] = await service.printed(/^pid (\d+)$/m);
    expect(Number(pid)).toBe(service.pid);
    expect(await service.stop('SIGTERM')).toMatchObject({ code: 7, signal: null });
  });

  test('as process 1 buries orphans and passes signals on, even where root may signal nobody else', async () => {
    // An orphan that ends at once; then the list of all that are left.
    const script = `process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000);
      const { spawnSync } = require('node:child_process');
      spawnSync('sh', ['-c', 'sleep 0 &']);
      const states = () => String(spawnSync('ps', ['-e', '-o', 'stat=,comm=']).stdout);
      setInterval(() => /^Z|sleep/m.test(states()) || console.log('one: ' + process.ppid + ' ' + states().replace(/\\s+/g, ' ')), 10);`;
    const asFirst = [
      'setpriv',
      '--bounding-set',
      '-kill',
      'unshare',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
    ];
    const service = start({}, script, ...asFirst);
    const [, processes] = await service.printed(/^one: (.*)$/m);
    expect(processes).toMatch(/^1 \S+ tini \S+ (node|MainThread) /);
    const first = await eventually(() => childOf(service.pid));
    expect(readFileSync(`/proc/${first}/status`, 'utf8')).toMatch(new RegExp(`^Uid:\\t${uid}\\t${uid}`, 'm'));
    process.kill(first, 'SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 7, signal: null });
  });
});

/** User and group, as chown takes them. */
function ownerOf(path: string): string {
  const { uid: user, gid: group } = lstatSync(path);
  return `${user}:${group}`;
}

function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

/** Debian's, so where there is no apt-get there is none. */
const isDebian = spawnSync('apt-get', ['--version']).status === 0;

test.skipIf(!isDebian)('shellcheck has nothing to say about it', () => {
  const { root } = locate({ name: 'shellcheck', packages: ['shellcheck'], files: ['usr/bin/shellcheck'] });
  const { status, stdout, stderr } = spawnSync(join(root, 'usr/bin/shellcheck'), ['--norc', entrypoint], {
    encoding: 'utf8',
  });
  expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
});
