/** rotating-file-stream, a stream and no logger: lines are made with what Node has. */
import { once } from 'node:events';

import { createStream } from 'rotating-file-stream';

import type { OpenDestination } from '../emit/destination.ts';
import { jsonLine } from './json-line.ts';

export const openRotatingFileStream: OpenDestination = ({ directory, maxBytes }) => {
  const stream = createStream('app.log', { path: directory, size: `${maxBytes}B` });
  return {
    log: (sequence) => (stream.write(`${jsonLine(sequence, new Date())}\n`) ? undefined : once(stream, 'drain')),
    close: async () => {
      stream.end();
      await once(stream, 'close');
    },
  };
};
