/** Mail goes into the folder where a mail server picks it up, as one file a message (RFC 5322). */
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export class Mail {
  readonly #folder: string | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Rejects when it cannot be handed over. `to` and `subject` are ours, and hold no line end. */
  async send(to: string, subject: string, text: string): Promise<void> {
    if (this.#folder === undefined) throw new Error('MAIL_PICKUP_FOLDER is not set');
    const path = join(this.#folder, randomUUID());
    await writeFile(`${path}.part`, `To: ${to}\r\nSubject: ${subject}\r\n\r\n${text}\r\n`, { mode: 0o600 });
    // Under its name it is whole.
    await rename(`${path}.part`, `${path}.eml`);
  }
}
