/** `rotation`: what a turn of writing costs, and what one that rotates costs more. */
import { nextAnswer, startMeasuredProcess, successfulEnd } from '../measured-process.ts';
import type { Contestant, Scenario, Size } from '../scenario.ts';
import type { Timed } from './program.ts';
import { steps, turn, type StepRow } from './steps.ts';

/** For how long a step is done again and again. */
const millis: Readonly<Record<Size, number>> = { full: 1_000, quick: 40 };

export const rotationScenario: Scenario = {
  name: 'rotation',
  title: 'A turn, and a rotation',
  about: `What one process does to one file, with nobody else about, again and again for ${millis.full / 1000} s, after a quarter of that which is not counted;
each time is taken by itself. A turn blocks the thread for as long as it takes, and a rotation keeps the other writers of the
file waiting.`,
  runs: { full: 5, quick: 1 },
  contestants: steps.map(contestant),
  columns: [
    { title: 'median µs', figure: 'medianMicros', summary: 'median', digits: 1, withSpread: true },
    { title: `× ${turn}`, figure: 'medianMicros', summary: 'median', digits: 1, relativeTo: turn },
    { title: 'p99 µs', figure: 'p99Micros', summary: 'median', digits: 1 },
  ],
};

function contestant({ name, note }: StepRow): Contestant {
  return {
    name,
    ...(note === undefined ? {} : { note }),
    packages: ['@sentrikat/file-exporter'],
    measure: async ({ size, directory }) => {
      const child = startMeasuredProcess({
        program: new URL('program.ts', import.meta.url),
        programArguments: [name, directory, String(millis[size])],
        workingDirectory: directory,
      });
      const { medianMicros, p99Micros, count } = await nextAnswer<Timed>(child);
      await successfulEnd(child);
      return { medianMicros, p99Micros, count };
    },
  };
}
