import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, test } from 'vitest';

const program = `${import.meta.dirname}/end-of-process.test-program.ts`;
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'] as const;

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What the program said. */
  readonly said: readonly string[];
  readonly stderr: string;
  /** From the first signal, or from when it was ready. */
  readonly millis: number;
}

interface Run {
  readonly mode?: 'bare' | 'watched';
  readonly behaviour: string;
  readonly signal?: NodeJS.Signals;
  readonly sending?: string;
  /** Sent one after the other, once the program is ready. */
  readonly send?: readonly NodeJS.Signals[];
  readonly wrapper?: readonly string[];
}

async function run({
  mode = 'watched',
  behaviour,
  signal = 'SIGTERM',
  sending = 'nothing',
  send = [],
  wrapper = [],
}: Run): Promise<Ending> {
  const [command = '', ...args] = [...wrapper, process.execPath, program, mode, behaviour, signal, sending];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  let since = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
    if (since > 0 || !output.stdout.includes('ready')) return;
    since = performance.now();
    for (const [index, each] of send.entries()) setTimeout(() => child.kill(each), index * 300);
  });
  await once(child, 'close');
  return {
    code: child.exitCode,
    signal: child.signalCode,
    said: output.stdout.split('\n').filter((line) => line !== '' && line !== 'ready'),
    stderr: output.stderr,
    millis: performance.now() - since,
  };
}

/** Both at once, and how they ended: which has to be the same. */
async function runBoth(run_: Run): Promise<Ending> {
  const [bare, watched] = await Promise.all([run({ ...run_, mode: 'bare' }), run(run_)]);
  expect(comparable(watched)).toEqual(comparable(bare));
  return watched;
}

function comparable({ code, signal, said, stderr }: Ending): unknown {
  const own = said.filter((line) => !/^(written|writing on|requests closed|files ended|sent|record .*)$/.test(line));
  // Where Node's own `emit` was left depends on how many listeners there are.
  return { code, signal, own, stderr: stderr.replaceAll(/\(node:events:\d+:\d+\)/g, '') };
}

/** Behaviour, and what a watched process says. */
const behavioursUnderSignal = [
  ['no listener', ['written', 'requests closed', 'files ended']],
  ['exits in its own time', ['written', 'listener', 'writing on', 'requests closed']],
  ['exits at once', ['written', 'listener', 'requests closed']],
  ['ends by itself', ['written', 'listener', 'writing on', 'requests closed']],
  ['listens once, then is alone', ['written', 'listener', 'writing on', 'written', 'requests closed', 'files ended']],
  ['listens once and kills itself later', ['written', 'listener', 'writing on', 'requests closed', 'files ended']],
  ['comes first and listens once', ['listener', 'written', 'writing on', 'requests closed']],
  [
    'listens twice',
    ['written', expect.stringMatching(/^listener SIG\w+ \d+$/), 'listener, of 2', 'writing on', 'requests closed'],
  ],
  ['dies if it is alone', ['written', 'listener', 'requests closed', 'files ended']],
  ['dies if it is alone, with another', ['written', 'writing on', 'requests closed']],
  ['throws', ['written', 'written', 'record 21 uncaught exception: Error: thrown by a listener', 'requests closed']],
  ['takes all listeners away', []],
] as const;

describe.concurrent.each(behavioursUnderSignal)('under a signal, a process that: %s', (behaviour, said) => {
  test.each(signals)(
    'ends of %s as it would have, with all written before its own listeners hear of it',
    async (signal) => {
      const ending = await runBoth({ behaviour, signal, send: [signal] });
      expect(ending.said).toEqual(said);
    },
  );
});

describe('a process that kills itself', () => {
  test.each(signals)('by %s is dead before the call returns, its requests closed', async (signal) => {
    const ending = await runBoth({ behaviour: 'kills itself', signal });
    expect(ending).toMatchObject({ signal, said: ['requests closed', 'files ended'] });
  });

  test('by a number dies of the signal with that number', async () => {
    const ending = await runBoth({ behaviour: 'kills itself by number' });
    expect(ending).toMatchObject({ signal: 'SIGTERM', said: ['requests closed', 'files ended'] });
  });

  test('by 0 only asks', async () => {
    expect(await runBoth({ behaviour: 'asks whether it lives' })).toMatchObject({ code: 0, said: ['requests closed'] });
  });
});

test('does not die of a signal that the program emits itself', async () => {
  const ending = await runBoth({ behaviour: 'emits the signal itself' });
  expect(ending).toMatchObject({
    code: 12,
    said: ['written', 'writing on', 'requests closed'],
  });
});

test('is not counted while the program emits a signal itself', async () => {
  const ending = await runBoth({ behaviour: 'emits the signal itself, and listens' });
  expect(ending.said).toEqual(['written', 'listener, of 1', 'writing on', 'requests closed']);
});

test('leaves the application as many listeners as Node lets it have without a warning', async () => {
  const ending = await runBoth({ behaviour: 'listens as often as it may', sending: 'at once' });
  expect(ending).toMatchObject({ code: 15, stderr: '' });
});

test.skipIf(spawnSync('unshare', ['--pid', '--fork', 'true']).status !== 0)(
  'goes on, with its requests, as the first process of a container',
  async () => {
    const wrapper = ['unshare', '--pid', '--fork'];
    const ending = await runBoth({ behaviour: 'is the first process', wrapper });
    expect(ending).toMatchObject({ code: 14, said: ['written', 'writing on', 'requests closed'] });
  },
);

describe.concurrent('what waits to be sent', () => {
  test('goes before the process dies of a signal', async () => {
    const ending = await run({ behaviour: 'no listener', sending: 'slowly', send: ['SIGTERM'] });
    expect(ending).toMatchObject({ signal: 'SIGTERM', said: ['written', 'sent', 'requests closed', 'files ended'] });
  });

  test('goes before a process dies that kills itself', async () => {
    const ending = await run({ behaviour: 'kills itself, and waits', sending: 'slowly' });
    expect(ending).toMatchObject({ signal: 'SIGTERM', said: ['written', 'sent', 'requests closed', 'files ended'] });
  });

  test('does not keep a process that kills itself, since it is alone, from dying before the call returns', async () => {
    const ending = await run({ behaviour: 'dies if it is alone', sending: 'slowly', send: ['SIGTERM'] });
    expect(ending).toMatchObject({
      signal: 'SIGTERM',
      said: ['written', 'listener', 'requests closed', 'files ended'],
    });
  });

  test.each(['in vain', 'never'])('holds up a signal for two seconds at most: %s', async (sending) => {
    const ending = await run({ behaviour: 'no listener', sending, send: ['SIGTERM'] });
    expect(ending.signal).toBe('SIGTERM');
    expect(ending.stderr).toBe('');
    expect(ending.millis).toBeGreaterThan(sending === 'never' ? 1_900 : 0);
    expect(ending.millis).toBeLessThan(4_000);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('holds up a second signal, %s, not at all', async (second) => {
    const ending = await run({ behaviour: 'no listener', sending: 'never', send: ['SIGTERM', second] });
    expect(ending.signal).toBe(second);
    expect(ending.millis).toBeLessThan(1_900);
    expect(ending.said).toEqual(['written', 'sending', 'written', 'requests closed', 'files ended']);
  });

  test('is no respite for a process that begins to listen meanwhile', async () => {
    const ending = await run({ behaviour: 'begins to listen late', sending: 'never', send: ['SIGTERM'] });
    expect(ending).toMatchObject({ signal: 'SIGTERM' });
  });

  test.each([
    ['nothing', ['beforeExit', 'requests closed'], 0, 1_900],
    ['at once', ['sent', 'beforeExit', 'requests closed'], 0, 1_900],
    ['slowly', ['beforeExit', 'sent', 'beforeExit', 'requests closed'], 90, 1_900],
    ['in vain', ['beforeExit', 'requests closed'], 0, 1_900],
    ['never', ['sending', 'beforeExit', 'beforeExit', 'requests closed'], 1_900, 4_000],
  ])(
    'holds up a process that has nothing left to do for two seconds at most: %s',
    async (sending, said, least, most) => {
      const ending = await run({ behaviour: 'drains its loop', sending });
      expect(ending).toMatchObject({ code: 0, signal: null, said, stderr: '' });
      expect(ending.millis).toBeGreaterThan(least);
      expect(ending.millis).toBeLessThan(most);
    },
  );
});

describe('an exception that nobody catches', () => {
  test.each([
    ['throws at once', ['written', 'record 21 uncaught exception: Error: thrown', 'requests closed']],
    ['rejects', ['written', 'record 21 unhandled rejection: Error: rejected', 'requests closed']],
    ...['rejects, and listens no longer', 'rejects, and has removed all who listen'].map(
      (behaviour): [string, string[]] => [
        behaviour,
        ['written', 'record 21 unhandled rejection: Error: rejected', 'requests closed'],
      ],
    ),
    [
      'rejects, and listens once',
      [
        'record 17 unhandled rejection: Error: rejected',
        'written',
        'record 21 unhandled rejection: Error: rejected again',
        'requests closed',
      ],
    ],
    ['throws, and an exit listener as well', ['written', 'record 21 uncaught exception: Error: thrown']],
  ])('is recorded as fatal, with all written: %s', async (behaviour, said) => {
    expect((await runBoth({ behaviour })).said).toEqual(said);
  });

  test.each([
    ['throws, and listens', 'uncaught exception: Error: thrown'],
    ['throws, and captures', 'uncaught exception: Error: thrown'],
    ['rejects, and listens', 'unhandled rejection: Error: rejected'],
  ])('is an error where the program goes on: %s', async (behaviour, says) => {
    expect(await runBoth({ behaviour })).toMatchObject({ code: 0, said: [`record 17 ${says}`, 'requests closed'] });
  });
});
