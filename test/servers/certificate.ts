/** A certificate for 127.0.0.1, self-signed, for a day: its file is what it is verified with. */
import { join } from 'node:path';

import { run } from './run.ts';

export interface Certificate {
  /** Paths, both in PEM. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

export function makeCertificate(folder: string): Certificate {
  const [certificateFile, keyFile] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const request = 'req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 1'.split(' ');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  run('openssl', [...request, ...subject, '-keyout', keyFile, '-out', certificateFile]);
  return { certificateFile, keyFile };
}
