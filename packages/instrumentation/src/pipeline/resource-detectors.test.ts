import { hostname } from 'node:os';

import { detectResources, hostDetector } from '@opentelemetry/resources';
import { afterEach, expect, test, vi } from 'vitest';

import type { Environment } from '../configuration/read-configuration.ts';
import { createValueRedaction } from '../redaction/redact.ts';
import { resourceDetectors } from './resource-detectors.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

async function attributesOf(environment: Environment): Promise<Readonly<Record<string, unknown>>> {
  const resource = detectResources({ detectors: resourceDetectors(environment, createValueRedaction({})) });
  await resource.waitForAsyncAttributes?.();
  return resource.attributes;
}

test.each<[told: string | undefined, present: readonly string[], absent: readonly string[]]>([
  [undefined, ['host.name', 'os.type', 'service.instance.id'], ['process.pid', 'process.command_args']],
  [' ', ['host.name', 'os.type', 'service.instance.id'], ['process.pid']],
  ['all', ['host.name', 'os.type', 'service.instance.id', 'process.pid'], []],
  ['none, host', [], ['host.name', 'os.type', 'service.instance.id', 'process.pid']],
  ['host, process', ['host.name', 'process.pid'], ['os.type', 'service.instance.id']],
  ['host,nothing', ['host.name'], ['os.type', 'process.pid']],
])('OTEL_NODE_RESOURCE_DETECTORS=%j decides what is said of the process', async (told, present, absent) => {
  const keys = Object.keys(await attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: told }));
  expect(keys).toEqual(expect.arrayContaining([...present]));
  expect(keys.filter((key) => absent.includes(key))).toEqual([]);
});

test('what comes later, and what has no secret, is as it was detected', async () => {
  const { 'host.id': id, 'host.name': name } = await attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: 'host' });
  expect(name).toBe(hostname());
  expect(id).toBe(await hostDetector.detect().attributes?.['host.id']);
});

test('a command line is said without its secrets', async () => {
  const [node, program] = process.argv;
  vi.stubGlobal('process', {
    ...process,
    argv: [node, program, '--password', 'a', '--url=redis://:b@h', 'pin=1', 'c'],
  });
  const attributes = await attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: 'process' });
  expect((attributes['process.command_args'] as string[]).slice(-5)).toEqual([
    '--password',
    '[redacted]',
    '--url=redis://:[redacted:password]@h',
    'pin=[redacted]',
    'c',
  ]);
});

test('what the environment says is said without its secrets, be they in a key', async () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'team=a,api.key=b,note=Bearer%20c1d2e3,Bearer%20f4a5b6=g');
  vi.stubEnv('OTEL_SERVICE_NAME', 'shop token=h');
  expect(await attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: 'env' })).toEqual({
    team: 'a',
    'api.key': '[redacted]',
    note: 'Bearer [redacted:credentials]',
    'service.name': 'shop token=[redacted]',
  });
});

test.each([undefined, 'all'])(
  'with %s, what the environment says is believed before what is detected',
  async (told) => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'host.name=a,service.instance.id=b');
    expect(await attributesOf({ OTEL_NODE_RESOURCE_DETECTORS: told })).toMatchObject({
      'host.name': 'a',
      'service.instance.id': 'b',
    });
  },
);
