/** TLS by a key both sides know beforehand: it needs no certificate, so none has to be made, kept or renewed. */
import type { ConnectionOptions, TlsOptions } from 'node:tls';

const psk = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
const ciphers = 'PSK-AES128-GCM-SHA256';

export const serverTls: TlsOptions = { ciphers, maxVersion: 'TLSv1.2', pskCallback: () => psk };

export const clientTls: ConnectionOptions = {
  ciphers,
  maxVersion: 'TLSv1.2',
  pskCallback: () => ({ psk, identity: 'test' }),
  checkServerIdentity: () => undefined,
};
