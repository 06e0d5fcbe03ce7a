/** winston with winston-daily-rotate-file, which rotates by size within a day. */
import { once } from 'node:events';

import { createLogger, format } from 'winston';
import DailyRotateFile from 'winston-daily-rotate-file';

import type { OpenDestination } from '../emit/destination.ts';
import { logEvent } from '../emit/winston.ts';

export const openDailyRotateFile: OpenDestination = ({ directory, maxBytes }) => {
  const logger = createLogger({
    format: format.combine(format.timestamp(), format.json()),
    transports: [new DailyRotateFile({ dirname: directory, filename: 'app-%DATE%.log', maxSize: maxBytes })],
  });
  return {
    log: logEvent(logger),
    close: async () => {
      logger.end();
      await once(logger, 'finish');
    },
  };
};
