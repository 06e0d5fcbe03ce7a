/** A port of 127.0.0.1 that nobody listens on, neither by TCP nor by UDP. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Another program may take it before the server does; on one machine for one moment that has not been seen. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  const isFree = await isFreeForDatagrams(port);
  probe.close();
  await once(probe, 'close');
  return isFree ? port : freePort();
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
