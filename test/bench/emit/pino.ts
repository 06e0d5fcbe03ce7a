/** pino, alone and with pino-roll, in the ways its documentation shows. */
import { once } from 'node:events';
import { join } from 'node:path';

import { destination, pino, transport, type DestinationStream, type Logger } from 'pino';
import roll from 'pino-roll';

import type { Destination, OpenDestination } from './destination.ts';
import { event, message } from './event.ts';

/** What pino's documentation on asynchronous logging uses. */
const asyncBufferBytes = 4096;

export const openSync: OpenDestination = ({ directory }) => openFile(directory, { sync: true });

export const openAsync: OpenDestination = ({ directory }) =>
  openFile(directory, { sync: false, minLength: asyncBufferBytes });

export const openInThread: OpenDestination = ({ directory }) =>
  openTransport('pino/file', { destination: join(directory, 'app.log') });

export const openRollInThread: OpenDestination = ({ directory, maxBytes }) =>
  openTransport('pino-roll', { file: join(directory, 'app'), size: size(maxBytes) });

export const openRollInMainThread: OpenDestination = async ({ directory, maxBytes }) => {
  const stream = await roll({ file: join(directory, 'app'), size: size(maxBytes) });
  return { log: logEvent(pino(stream)), close: () => ended(stream) };
};

async function openTransport(target: string, options: Readonly<Record<string, string>>): Promise<Destination> {
  const stream = transport({ target, options });
  await once(stream, 'ready');
  return { log: logEvent(pino(stream)), close: () => ended(stream) };
}

function openFile(directory: string, options: { readonly sync: boolean; readonly minLength?: number }): Destination {
  const stream = destination({ dest: join(directory, 'app.log'), ...options });
  return { log: logEvent(pino(stream)), close: () => ended(stream) };
}

function logEvent(logger: Logger): Destination['log'] {
  return (sequence) =>
    logger.info(
      {
        user_id: event.userId,
        ip_address: event.address,
        action: event.action,
        resource: event.resource,
        old_value: event.oldValue,
        new_value: event.newValue,
      },
      message(sequence),
    );
}

/** pino-roll takes whole units only. */
function size(bytes: number): string {
  return `${bytes / 1024}k`;
}

async function ended(stream: DestinationStream & { end: () => void } & NodeJS.EventEmitter): Promise<void> {
  stream.end();
  await once(stream, 'close');
}
