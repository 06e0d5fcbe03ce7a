/** winston's file transport with its own rotation. Its backpressure is honoured: without, it loses lines at each rotation. */
import { once } from 'node:events';

import { createLogger, format, transports } from 'winston';

import type { OpenDestination } from './destination.ts';
import { event, message } from './event.ts';

export const openWinston: OpenDestination = ({ directory, maxBytes }) => {
  const logger = createLogger({
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.File({ dirname: directory, filename: 'app.log', maxsize: maxBytes })],
  });
  return {
    log: (sequence) => {
      const isRoomLeft = logger.write({
        level: 'info',
        message: message(sequence),
        user_id: event.userId,
        ip_address: event.address,
        action: event.action,
        resource: event.resource,
        old_value: event.oldValue,
        new_value: event.newValue,
      });
      return isRoomLeft ? undefined : once(logger, 'drain');
    },
    close: async () => {
      const [file] = logger.transports;
      logger.end();
      if (file !== undefined) await once(file, 'finish');
    },
  };
};
