/** Which records syslog has received, and how often, while it goes on receiving. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** The ids of records in a file that grows: each line is a `Message` of rsyslog whose message is a document. */
export class MessageIds {
  readonly #file: string;
  readonly #ids = new Set<string>();
  #offset = 0;
  #rest = '';
  /** Messages, however often the same. */
  total = 0;

  constructor(file: string) {
    this.#file = file;
  }

  readOn(): ReadonlySet<string> {
    if (!existsSync(this.#file)) return this.#ids;
    const descriptor = openSync(this.#file, 'r');
    const block = Buffer.allocUnsafe(1024 * 1024);
    for (let length = 1; length > 0;) {
      length = readSync(descriptor, block, 0, block.length, this.#offset);
      this.#offset += length;
      // Ids and the quotes around them are ASCII, so it does not matter where a block ends.
      this.#take(this.#rest + block.toString('latin1', 0, length));
    }
    closeSync(descriptor);
    return this.#ids;
  }

  #take(text: string): void {
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const id = /\\"event\.id\\":\\"([0-9a-f-]+)\\"/.exec(line)?.[1];
      if (id === undefined)
        throw new Error(
          `MESSAGE_WITHOUT_ID: syslog received "${line.slice(0, 500)}"\n  why   what arrived cannot be counted\n  do    look at how the forwarder frames its messages`,
        );
      this.#ids.add(id);
      this.total += 1;
    }
  }
}
