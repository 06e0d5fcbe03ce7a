/** A port of 127.0.0.1 that nobody listens on, neither by TCP nor by UDP. */
import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below those that systems give to connections, from 32,768 on: one of many connections may well take such before the server does. */
const ports = [10_000, 30_000] as const;

/** Another program may take it before the server does; of so many, none is likely to ask for this one. */
export async function freePort(): Promise<number> {
  const port = randomInt(...ports);
  const isFree =
    (await canListen(createServer().listen(port, '127.0.0.1'))) &&
    (await canListen(createSocket('udp4').bind(port, '127.0.0.1')));
  return isFree ? port : freePort();
}

async function canListen(probe: Server | Socket): Promise<boolean> {
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
