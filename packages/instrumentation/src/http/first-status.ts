/**
 * Learns the status of a response that is written to the raw socket: to an upgrade, to CONNECT, to a malformed request.
 *
 * Looks at the first bytes the stream writes, whoever wrote them, and is gone after that. `onStatus` is called once, with
 * nothing where the bytes are no status line; not at all where nothing is written.
 */
import type { Socket } from 'node:net';

export function onFirstStatus(socket: Socket, onStatus: (status: number | undefined) => void): void {
  const { _write: write, _writev: writev } = socket;
  override('_write', function (this: Socket, ...args: Parameters<Socket['_write']>) {
    see(args[0], args[1]);
    return write.apply(this, args);
  });
  if (writev)
    override('_writev', function (this: Socket, ...args: Parameters<NonNullable<Socket['_writev']>>) {
      see(args[0][0]?.chunk, args[0][0]?.encoding);
      return writev.apply(this, args);
    });

  function override(name: '_write' | '_writev', value: unknown): void {
    Object.defineProperty(socket, name, { configurable: true, writable: true, value });
  }

  function see(chunk: unknown, encoding: BufferEncoding | undefined): void {
    Reflect.deleteProperty(socket, '_write');
    Reflect.deleteProperty(socket, '_writev');
    onStatus(statusOf(typeof chunk === 'string' ? Buffer.from(chunk.slice(0, 16), textEncoding(encoding)) : chunk));
  }
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
