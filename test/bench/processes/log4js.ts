/** log4js with its file appender; clustering is off, since its processes are no cluster workers. */
import { once } from 'node:events';
import { join } from 'node:path';

import log4js from 'log4js';

import type { OpenDestination } from '../emit/destination.ts';
import { jsonLine } from './json-line.ts';

/** Emitted on `process` by the appender: true when it has enough to write, false when it has written it. */
const pauseEvent = 'log4js:pause';

export const openLog4js: OpenDestination = ({ directory, maxBytes, backups }) => {
  log4js.addLayout(
    'json',
    () =>
      ({ data: [sequence], startTime }) =>
        jsonLine(Number(sequence), startTime),
  );
  log4js.configure({
    appenders: {
      file: {
        type: 'file',
        filename: join(directory, 'app.log'),
        maxLogSize: maxBytes,
        backups,
        layout: { type: 'json' },
      },
    },
    categories: { default: { appenders: ['file'], level: 'info' } },
    disableClustering: true,
  });
  const logger = log4js.getLogger();
  let isPaused = false;
  const pause = (isNow: boolean): void => {
    isPaused = isNow;
  };
  process.on(pauseEvent, pause);
  return {
    log: (sequence) => {
      logger.info(sequence);
      return isPaused ? once(process, pauseEvent) : undefined;
    },
    close: () =>
      new Promise((resolve, reject) => {
        process.off(pauseEvent, pause);
        log4js.shutdown((error) => (error ? reject(error) : resolve()));
      }),
  };
};
