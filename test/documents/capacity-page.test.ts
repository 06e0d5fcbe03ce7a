import { expect, test } from 'vitest';

import { capacityFor } from './capacity-page.ts';

const costs = { gatewayMicros: 100, writerMicros: 50, queueBytes: 1_000, topicBytes: 100 };

test('when a pod is lost, the others carry the peak with half of their cores', () => {
  // 10 and 5 cores: 20 and 10 pods, and one more of each.
  expect(capacityFor(100_000, costs)).toMatchObject({ gatewayCores: 10, gateways: 21, writerCores: 5, writers: 11 });
});

test('no writer is without a partition, nor a partition without the time that a destination needs', () => {
  expect(capacityFor(10, costs)).toMatchObject({ gateways: 3, writers: 2, partitions: 6 });
  expect(capacityFor(40_000, costs)).toMatchObject({ writers: 5, partitions: 23 });
  expect(capacityFor(40_000, { ...costs, writerMicros: 500 })).toMatchObject({ writers: 41, partitions: 82 });
});

test('an hour waits on the gateways that are left, each of which needs it twice', () => {
  // 3.6 GB in the hour, of which each of two has a half.
  expect(capacityFor(1_000, costs)).toMatchObject({
    gateways: 3,
    volumeBytesPerHour: 3.6e9,
    topicBytesPerHour: 1.44e9,
  });
});
