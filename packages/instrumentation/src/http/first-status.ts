/**
 * Learns the status of a response that is written to the raw socket: to an upgrade, to CONNECT, to a malformed request.
 *
 * Looks at the first bytes the stream writes, whoever wrote them, and is gone after that. `onStatus` is called once, with
 * nothing where the bytes are no status line; not at all where nothing is written.
 */
import type { Socket } from 'node:net';

export function onFirstStatus(socket: Socket, onStatus: (status: number | undefined) => void): void {
  const { _write: write, _writev: writev } = socket;
  const restore = [
    override(socket, '_write', function (...args) {
      see(args[0], args[1]);
      return write.apply(this, args);
    }),
    writev &&
      override(socket, '_writev', function (...args) {
        see(args[0][0]?.chunk, args[0][0]?.encoding);
        return writev.apply(this, args);
      }),
  ];
  let hasSeen = false;

  function see(chunk: unknown, encoding: BufferEncoding | undefined): void {
    // Who has put a wrapper of their own on top of ours since keeps calling it.
    if (hasSeen) return;
    hasSeen = true;
    for (const undo of restore) undo?.();
    onStatus(statusOf(typeof chunk === 'string' ? Buffer.from(chunk.slice(0, 32), textEncoding(encoding)) : chunk));
  }
}

/** Returns the way back to what stood there, which for streams made from options is a property of their own. */
function override<Name extends '_write' | '_writev'>(
  socket: Socket,
  name: Name,
  value: (this: Socket, ...args: Parameters<NonNullable<Socket[Name]>>) => void,
): () => void {
  const before = Object.getOwnPropertyDescriptor(socket, name);
  Object.defineProperty(socket, name, { configurable: true, writable: true, value });
  return () => {
    if (Object.getOwnPropertyDescriptor(socket, name)?.value !== value) return;
    if (before === undefined) Reflect.deleteProperty(socket, name);
    else Object.defineProperty(socket, name, before);
  };
}

function statusOf(bytes: unknown): number | undefined {
  if (!(bytes instanceof Uint8Array)) return undefined;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');
  const status = /^HTTP\/1\.[01] (\d{3})\b/.exec(head)?.[1];
  return status === undefined ? undefined : Number(status);
}

function textEncoding(encoding: string | undefined): BufferEncoding {
  return encoding !== undefined && Buffer.isEncoding(encoding) ? encoding : 'utf8';
}
