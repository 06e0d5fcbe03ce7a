/** The example service as an operator runs it, under the preload, with log files of its own and a client that calls it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { preload, startProgram, type Program } from '../instruments/program.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  /** The parsed text; undefined where it is no JSON. */
  readonly body: unknown;
  readonly headers: Headers;
}

interface Call {
  readonly token?: string | undefined;
  readonly cookie?: string;
  /** Sent as JSON; text as it is. */
  readonly body?: unknown;
}

export interface RunningService {
  readonly program: Program;
  readonly url: string;
  readonly logs: string;
  /** Part of the environment of all its processes, and of no other. */
  readonly marker: string;
  call(request: `${string} /${string}`, options?: Call): Promise<Answer>;
  /** The token of a new session. */
  logIn(name: string, password: string): Promise<string>;
  /** Removes the log files, once the program has ended. */
  removeLogs(): void;
}

export const administrator = { name: 'admin', password: 'an administrator’s' } as const;
/** As many as the demo starts. */
export const workerCount = 4;

const packageFolder = dirname(
  dirname(dirname(fileURLToPath(import.meta.resolve('@sentrikat/example-service/postgres')))),
);

/** Starts it without waiting, for tests of its start and end. */
export function launchService(env: Readonly<Record<string, string>>): Program {
  return startProgram({ args: [...preload, 'src/server.ts'], cwd: packageFolder, env });
}

/** Resolves when it listens, on a free port. `env` is what it is told beyond what it needs. */
export async function startService(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const logs = mkdtempSync(join(tmpdir(), 'example-service-logs-'));
  const marker = randomUUID();
  const program = launchService({
    DATABASE_URL: databaseUrl,
    PORT: '0',
    WORKERS: String(workerCount),
    ADMIN_PASSWORD: administrator.password,
    LOG_DIR: logs,
    MARKER: marker,
    ...env,
  });
  const [, url = ''] = await program.printed(/^listening on (\S+), \d+ workers$/m);
  return { program, url, logs, marker, call, logIn, removeLogs: () => rmSync(logs, { recursive: true }) };

  async function call(request: `${string} /${string}`, { token, cookie, body }: Call = {}): Promise<Answer> {
    const [method = '', path = ''] = request.split(' ');
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /\/json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      text,
      body: isJson ? (JSON.parse(text) as unknown) : undefined,
      headers: response.headers,
    };
  }

  async function logIn(name: string, password: string): Promise<string> {
    const { body } = await call('POST /session', { body: { name, password } });
    return String((body as { token?: unknown }).token);
  }
}
