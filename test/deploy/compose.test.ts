/** The Compose files: they load as Docker loads them, options A and B change what they say, and no container has more rights than it needs. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { cached } from '../servers/cache.ts';
import { run } from '../servers/run.ts';

const folder = fileURLToPath(new URL('../../deploy/compose', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const reason = spawnSync('go', ['version']).status === 0 ? undefined : 'needs Go';

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly restart?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly { readonly source: string }[];
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly tmpfs?: readonly string[];
  readonly deploy?: { readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> } };
}

interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

/** What Compose makes of these files; its complaint where it refuses them. */
function config(files: readonly string[], environment: Readonly<Record<string, string>> = {}): Project | string {
  const program = cached('compose-config-2.16.2', (target) =>
    run('go', ['build', '-o', join(target, 'compose-config'), '.'], join(import.meta.dirname, 'compose-config')),
  );
  const { status, stdout, stderr } = spawnSync(join(program, 'compose-config'), files, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...environment },
  });
  return status === 0 ? (JSON.parse(stdout) as Project) : stderr;
}

function loaded(...args: Parameters<typeof config>): Project {
  const project = config(...args);
  if (typeof project === 'string') throw new Error(project);
  return project;
}

const base = () => loaded(['compose.yaml']);

describe.skipIf(reason !== undefined)(`compose.yaml${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  test('has the service, its database, the collector and both of its destinations', () => {
    expect(Object.keys(base().services).toSorted()).toEqual([
      'bootstrap',
      'collector',
      'elasticsearch',
      'postgres',
      'rsyslog',
      'service',
    ]);
  });

  test('gives no container more than it needs, and each a limit', () => {
    for (const [name, service] of Object.entries(base().services)) {
      expect({ name, ...service }).toMatchObject({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        deploy: {
          resources: {
            limits: {
              cpus: expect.anything() as unknown,
              memory: expect.anything() as unknown,
              pids: expect.anything() as unknown,
            },
          },
        },
      });
    }
    const writable = Object.entries(base().services).filter(([, service]) => service.read_only !== true);
    expect(writable.map(([name]) => name)).toEqual(['elasticsearch']);
  });

  test('knows of every container that stays whether it is well', () => {
    const unknown = Object.entries(base().services).filter(([, { healthcheck, build, restart }]) => {
      if (healthcheck?.test !== undefined || restart !== 'unless-stopped') return false;
      const dockerfile = build && readFileSync(join(repository, build.dockerfile), 'utf8');
      return dockerfile?.includes('\nHEALTHCHECK ') !== true;
    });
    expect(unknown.map(([name]) => name)).toEqual([]);
  });

  /** Compose ends what depends on something before that; of what is ended at once, the last records would be lost. */
  test('has the service end before the collector, and that before its destinations, and wait for none of them', () => {
    const { service, collector } = base().services;
    const started = expect.objectContaining({ condition: 'service_started' }) as unknown;
    expect(service?.depends_on).toMatchObject({ collector: started });
    expect(collector?.depends_on).toEqual({ elasticsearch: started, rsyslog: started });
  });

  test('has secrets in files alone, all of which make-secrets.sh draws, once', () => {
    const { services, secrets } = base();
    const inPlain = Object.values(services).flatMap(({ environment = {} }) =>
      Object.entries(environment).filter(
        ([name]) => /PASSWORD|SECRET|KEY|DATABASE_URL/.test(name) && !name.endsWith('_FILE'),
      ),
    );
    expect(inPlain).toEqual([]);
    const named = Object.values(services).flatMap(({ environment = {} }) =>
      Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.*)$/.exec(value)?.[1] ?? []),
    );
    const given = Object.values(services).flatMap((service) => (service.secrets ?? []).map(({ source }) => source));
    expect(new Set(named)).toEqual(new Set(given));
    expect(new Set(given)).toEqual(new Set(Object.keys(secrets)));
  });

  test('keeps the logs in memory as it stands', () => {
    const { environment = {}, tmpfs = [], volumes = [] } = base().services['service'] ?? {};
    expect(Object.keys(environment).filter((name) => /STORAGE_ROOT|_DIR$/.test(name))).toEqual([]);
    expect(tmpfs.map((mount) => mount.split(':')[0])).toEqual(['/var/log/sentrikat', '/app/logs', '/tmp']);
    expect(volumes).toMatchObject([{ type: 'volume', target: '/var/lib/sentrikat' }]);
  });

  test.each([
    {
      option: 'a',
      variable: 'STORAGE_ROOT',
      inside: '/data/sentrikat',
      rest: { LOG_DIR: '', DATA_DIR: '', BACKUP_DIR: '' },
      memory: ['/var/log/sentrikat', '/app/logs', '/tmp'],
    },
    { option: 'b', variable: 'LOG_DIR', inside: '/var/log/sentrikat', rest: {}, memory: ['/app/logs', '/tmp'] },
  ])(
    'with option $option has at $inside the folder of the host that $variable names, and insists on it',
    ({ option, variable, inside, rest, memory }) => {
      const files = ['compose.yaml', `option-${option}.yaml`];
      const { volumes, environment, tmpfs } = loaded(files, { [variable]: '/srv/sentrikat' }).services['service'] ?? {};
      expect(volumes).toContainEqual(
        expect.objectContaining({ type: 'bind', source: '/srv/sentrikat', target: inside }),
      );
      const directories = Object.entries(environment ?? {}).filter(([name]) => /STORAGE_ROOT|_DIR$/.test(name));
      expect(Object.fromEntries(directories)).toEqual({ [variable]: inside, ...rest });
      // Two mounts of one place are refused.
      expect(tmpfs?.map((mount) => mount.split(':')[0])).toEqual(memory);
      expect(config(files)).toContain(`required variable ${variable} is missing a value`);
    },
  );

  test('is refused where it says what Compose does not know', () => {
    expect(config([join(import.meta.dirname, 'fixtures/misspelt-compose.yaml')])).toContain('read_onyl');
  });
});

/** Files get owners, which only root may do. */
test.skipIf(process.getuid?.() !== 0)(
  'make-secrets.sh draws what compose.yaml names, for those alone who read it, once',
  () => {
    const copy = mkdtempSync(join(tmpdir(), 'secrets-'));
    try {
      copyFileSync(join(folder, 'make-secrets.sh'), join(copy, 'make-secrets.sh'));
      const draw = () => run('sh', [join(copy, 'make-secrets.sh')]);
      const read = () =>
        Object.fromEntries(
          readdirSync(join(copy, 'secrets')).map((name) => [name, readFileSync(join(copy, 'secrets', name), 'utf8')]),
        );
      draw();
      const secrets = read();
      const named = readFileSync(join(folder, 'compose.yaml'), 'utf8').matchAll(/file: secrets\/([\w-]+)/g);
      expect(Object.keys(secrets).toSorted()).toEqual([...named].map(([, name]) => name).toSorted());
      expect(secrets['collector-password']).toBe(secrets['elasticsearch-password']);
      expect(secrets['database-url']).toBe(
        `postgres://sentrikat:${secrets['postgres-password']}@postgres:5432/sentrikat`,
      );
      expect(new Set(Object.values(secrets)).size).toBe(4);
      const owners = Object.keys(secrets).map((name) => {
        const { uid, mode } = statSync(join(copy, 'secrets', name));
        return [name, uid, (mode & 0o777).toString(8)];
      });
      expect(owners).toEqual([
        ['admin-password', 0, '400'],
        ['collector-password', 10_001, '400'],
        ['database-url', 0, '400'],
        ['elasticsearch-password', 1000, '400'],
        ['postgres-password', 0, '400'],
      ]);
      draw();
      expect(read()).toEqual(secrets);
    } finally {
      rmSync(copy, { recursive: true });
    }
  },
);
