/** A TCP client that sends bytes exactly as given, which no HTTP client would, and keeps what comes back. */
import { connect } from 'node:net';

export interface RawAnswer {
  /** The status of each response, in order. */
  readonly statuses: readonly string[];
}

/** Ends its side once all is sent, or resets the connection, or leaves the end to the server. */
export type Leaving = 'first' | 'last' | 'with a reset';

/** Sends each of `parts` in a write of its own, leaves as told, and waits for the connection to close. */
export function sendRaw(port: number, parts: readonly Uint8Array[], leaves: Leaving): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const impatience = setTimeout(() => socket.destroy(), giveUpMillis);
    socket.on('connect', () => void send());
    socket.on('data', (chunk) => chunks.push(chunk));
    // The server may reset a connection it does not like; what it answered before that is what counts.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(impatience);
      const text = Buffer.concat(chunks).toString('latin1');
      resolve({ statuses: Array.from(text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm), ([, status = '']) => status) });
    });

    async function send(): Promise<void> {
      for (const part of parts) {
        if (!socket.destroyed) socket.write(part);
        await new Promise((next) => setTimeout(next, betweenPartsMillis));
      }
      if (leaves === 'with a reset') socket.resetAndDestroy();
      if (leaves === 'first') socket.end();
    }
  });
}

/** Long enough for the server to have read, and answered, the part before. */
const betweenPartsMillis = 20;
const giveUpMillis = 3000;
