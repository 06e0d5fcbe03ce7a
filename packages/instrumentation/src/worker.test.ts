import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { expect, test } from 'vitest';

const program = `${import.meta.dirname}/worker.test-program.ts`;
const line = 're-initialized DB pool + logging';
/** Body, event, level, scope, its attributes, and whether the record names the process that made it. */
const record = JSON.stringify([
  line,
  'worker.started',
  'INFO',
  '@sentrikat/instrumentation',
  { 'sentrikat.concern': 'application' },
  true,
]);

async function run(behaviour: string, hasReader = true) {
  const child = spawn(process.execPath, [program, behaviour], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  if (hasReader) child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  else child.stdout.destroy();
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, printed: lines(output.stdout), said: lines(output.stderr) };
}

function lines(text: string): string[] {
  return text.split('\n').filter((each) => each !== '');
}

test('each worker writes one line, on standard output and as a record, after its hooks; the primary has none', async () => {
  const { code, printed, said } = await run('sets up');
  expect(code).toBe(0);
  expect(printed).toEqual([line, line]);
  expect(said.slice(0, 2)).toEqual(['primary first', 'primary second']);
  expect(said.slice(2).toSorted()).toEqual(
    [record, record, 'worker first', 'worker first', 'worker second', 'worker second'].toSorted(),
  );
  expect(said.indexOf(record)).toBeGreaterThan(said.indexOf('worker second'));
});

test('a worker without hooks writes its line as well', async () => {
  expect(await run('sets up nothing')).toEqual({ code: 0, printed: [line, line], said: [record, record] });
});

test('there is one line however often a worker sets itself up', async () => {
  const { printed, said } = await run('sets up twice');
  expect(printed).toEqual([line, line]);
  expect(said.filter((each) => each === record)).toHaveLength(2);
  expect(said.filter((each) => each.startsWith('worker'))).toHaveLength(6);
});

test('a hook that fails keeps those after it from running, and the line from being written; the next call writes it', async () => {
  const { code, printed, said } = await run('fails first');
  expect(code).toBe(0);
  expect(printed).toEqual([line, line]);
  expect(said.filter((each) => each.includes('never'))).toEqual([]);
  expect(said.filter((each) => each === 'Error: no database')).toHaveLength(3);
  expect(said.filter((each) => each === 'worker again')).toHaveLength(2);
});

test('there is no line without the preload, and the hooks run', async () => {
  const { code, printed, said } = await run('has no preload');
  expect({ code, printed, said: said.toSorted() }).toEqual({
    code: 0,
    printed: [],
    said: ['primary first', 'worker first', 'worker first'],
  });
});

test.each(['sets up', 'has frozen its globals'])(
  'a worker lives on where nobody reads standard output: %s',
  async (behaviour) => {
    const { code, said } = await run(behaviour, false);
    expect(code).toBe(0);
    expect(said.filter((each) => each === record)).toHaveLength(2);
    expect(said.join('\n')).not.toContain('EPIPE');
  },
);
