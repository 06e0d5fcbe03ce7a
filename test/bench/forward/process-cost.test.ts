import { expect, test } from 'vitest';

import { cpuMicros } from '../cpu-micros.ts';
import { costOf, cpuMicrosIn, peakRssIn } from './process-cost.ts';

test('finds the time of a process whose name looks like more fields', () => {
  const stat = '4711 (a (b) 1 2 3) S 1 4711 4711 0 -1 4194560 100 200 0 0 123 45 6 7 20 0 11 0 1000 2000 300';
  expect(cpuMicrosIn(stat)).toBe(1_680_000);
});

test('finds the highest memory, not that of now', () => {
  expect(peakRssIn('Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t  523 kB\nVmRSS:\t  400 kB\n')).toBe(523);
});

test.skipIf(process.platform !== 'linux')('is what a process says of itself', () => {
  while (cpuMicros() < 300_000);
  const tickMicros = 10_000;
  const { cpuMicros: ofOthers, peakRssKiB } = costOf(process.pid);
  expect(Math.abs(ofOthers - cpuMicros())).toBeLessThan(10 * tickMicros);
  expect(peakRssKiB).toBeGreaterThan(10_000);
});
