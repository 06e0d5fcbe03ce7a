/** Ours. */
import { verifyTrail } from '@sentrikat/file-exporter';

import type { Verifier } from './verifier.ts';

export const verifyWhole: Verifier = async (path) => {
  const { isWhole, lines, breaches } = await verifyTrail({ path });
  if (!isWhole) throw new Error(`TRAIL_BROKEN: ${breaches} breaches in a trail that nobody has touched`);
  return lines;
};
