/** `redaction`: what it costs to take the secrets out of a record, and which are found. */
import { nextAnswer, startMeasuredProcess, successfulEnd } from '../measured-process.ts';
import type { Contestant, Scenario, Size } from '../scenario.ts';
import { events, type EventRow } from './events.ts';
import type { Redacted } from './program.ts';
import { baseline, rivals, type RivalRow } from './rivals.ts';

/** For how long a rival redacts again and again. */
const millis: Readonly<Record<Size, number>> = { full: 1_000, quick: 40 };

export const redactionScenario: Scenario = {
  name: 'redaction',
  title: 'Taking secrets out',
  about: `A nested event without secrets, as nearly all are; one with six of them, below keys at the second, third and fourth level, in a
parameter of a URL, in a URL’s user information, and behind \`Bearer\` in the message; one with a single secret, of which these six places take
turns; and a log in which one event of ten has six, and the others none. 256 different events take turns for ${millis.full / 1000} s, after a quarter of that which is
not counted; alike in all are the method, the host, the address, the role and the user agent, and ours does not search a text that was ordinary
below the same key just before. The rivals write the event as JSON; ours is measured with and without that, because a record that was redacted is
formatted by whoever writes it.`,
  runs: { full: 7, quick: 1 },
  contestants: events.flatMap((event) => rivals.map((rival) => contestant(rival, event))),
  columns: [
    { title: 'CPU ns/record', figure: 'cpuNanosPerRecord', summary: 'median', digits: 0, withSpread: true },
    { title: `× ${baseline}`, figure: 'cpuNanosPerRecord', summary: 'median', digits: 2, relativeTo: baselineOf },
    { title: 'bytes of JSON', figure: 'bytes', summary: 'median', digits: 0 },
    { title: 'secrets left', figure: 'secretsLeft', summary: 'highest', digits: 0, of: 'planted' },
  ],
};

function contestant({ name, note, packages }: RivalRow, event: EventRow): Contestant {
  return {
    name: name + event.suffix,
    packages,
    ...(event.planted === 0 ? { note } : {}),
    measure: async ({ size, directory }) => {
      const child = startMeasuredProcess({
        program: new URL('program.ts', import.meta.url),
        programArguments: [name, event.kind, String(millis[size])],
        workingDirectory: directory,
      });
      const { cpuNanosPerRecord, bytes, secretsLeft } = await nextAnswer<Redacted>(child);
      await successfulEnd(child);
      return { cpuNanosPerRecord, bytes, secretsLeft, planted: event.planted };
    },
  };
}

/** With the longest of the endings that the name has: each has the empty one. */
function baselineOf(contestantName: string): string {
  return baseline + events.findLast(({ suffix }) => contestantName.endsWith(suffix))!.suffix;
}
