/** winston's file transport with its own rotation. Its backpressure is honoured: without, it loses lines at each rotation. */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { createLogger, format, transports, type Logger } from 'winston';

import type { Destination, OpenDestination } from './destination.ts';
import { event, message } from './event.ts';

export const openWinston: OpenDestination = ({ directory, maxBytes }) => {
  const logger = createLogger({
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.File({ dirname: directory, filename: 'app.log', maxsize: maxBytes })],
  });
  return {
    log: logEvent(logger),
    close: async () => {
      const [file] = logger.transports;
      // In 3.19.0 an `end` overtakes what still waits in the logger, which then fails with "write after end".
      while (logger.readableLength > 0) await nextTurn();
      logger.end();
      if (file !== undefined) await once(file, 'finish');
    },
  };
};

/** The event through a winston logger, whatever its transport. */
export function logEvent(logger: Logger): Destination['log'] {
  return (sequence) => {
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
  };
}
