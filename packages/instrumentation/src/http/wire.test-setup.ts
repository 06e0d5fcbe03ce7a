/** Raw bytes to a server and back, one character a byte. */
import { once } from 'node:events';
import net from 'node:net';

/** Sends bytes and gives back what arrives until the server ends the connection, or `until` does. */
export async function exchange(
  port: number,
  bytes: string,
  until: (received: string) => boolean = () => false,
): Promise<string> {
  const client = await connect(port);
  client.write(bytes, 'latin1');
  let received = '';
  await new Promise<void>((resolve) => {
    client.on('close', () => resolve());
    client.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (until(received)) resolve();
    });
  });
  client.destroy();
  return received;
}

/** A client that takes what comes. */
export async function connect(port: number, host = '127.0.0.1'): Promise<net.Socket> {
  const client = net.connect(port, host);
  client.on('error', () => {});
  await once(client, 'connect');
  return client;
}

/** A request that is answered by closing the connection, unless the headers say otherwise. */
export function request(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries({ Host: 'a', Connection: 'close', ...headers });
  return `${line} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** How many responses have arrived, informational ones too. */
export function statusesIn(received: string): number[] {
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => Number(status));
}
