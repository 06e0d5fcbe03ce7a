/**
 * One measured run of `redaction`, in a process of its own: `program.ts <rival> <event> <millis>`. Answers with a
 * `Redacted` message.
 */
import { cpuMicros } from '../cpu-micros.ts';
import { checkedEvents, events, secretsIn } from './events.ts';
import { rivals } from './rivals.ts';

export interface Redacted {
  /** User and system time. */
  readonly cpuNanosPerRecord: number;
  /** Of one event; the mean. */
  readonly bytes: number;
  /** In `checkedEvents`. */
  readonly secretsLeft: number;
}

/** So many different events take turns: who and how many it was, and each secret, are others than just before. */
const differentEvents = 256;

const [, , name, kind, millis] = process.argv;
const rival = rivals.find((candidate) => candidate.name === name);
const event = events.find((candidate) => candidate.kind === kind);
if (rival === undefined || event === undefined) throw new Error(`UNKNOWN_RIVAL: there is no "${name}" for "${kind}"`);
const redact = rival.load();
const created = Array.from({ length: differentEvents }, (_, sequence) => event.create(sequence));

run(Number(millis) / 4);
const cpuBefore = cpuMicros();
const records = run(Number(millis));
const cpuNanosPerRecord = ((cpuMicros() - cpuBefore) * 1000) / records;

const redacted = created.slice(0, checkedEvents).map((each) => redact(each));
const json = redacted.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('');
const bytes = json.length / checkedEvents;
process.send?.({ cpuNanosPerRecord, bytes, secretsLeft: secretsIn(json) } satisfies Redacted);
process.disconnect?.();

/** Answers with how many records there was time for. */
function run(forMillis: number): number {
  let count = 0;
  for (const end = performance.now() + forMillis; performance.now() < end; count += created.length) {
    for (const each of created) redact(each);
  }
  return count;
}
