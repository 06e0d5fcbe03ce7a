/** A port of 127.0.0.1 that nobody listens on, neither by TCP nor by UDP. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to connections, from 32,768 on: one of many connections may well take such before the server does. */
const ports = [10_000, 30_000] as const;

/** Another program may take it before the server does; of so many, none is likely to ask for this one. */
export async function freePort(): Promise<number> {
  const port = randomInt(...ports);
  const isFree = (await isFreeForConnections(port)) && (await isFreeForDatagrams(port));
  return isFree ? port : freePort();
}

async function isFreeForConnections(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}

async function isFreeForDatagrams(port: number): Promise<boolean> {
  const probe = createSocket('udp4').bind(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
