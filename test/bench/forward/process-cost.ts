/** What a process of any program has cost so far, by what Linux says of it. */
import { readFileSync } from 'node:fs';

export interface ProcessCost {
  /** User and system time of all threads, also of those that have ended. */
  readonly cpuMicros: number;
  readonly peakRssKiB: number;
}

/** A tick of /proc is a hundredth of a second on every architecture that Node runs on: `getconf CLK_TCK`. */
const tickMicros = 10_000;

/** Throws where there is no such process, or no /proc. */
export function costOf(pid: number): ProcessCost {
  const [stat, status] = ['stat', 'status'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
  return { cpuMicros: cpuMicrosIn(stat ?? ''), peakRssKiB: peakRssIn(status ?? '') };
}

/** The fields 14 and 15, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the second is a name, and may have anything in it. */
export function cpuMicrosIn(stat: string): number {
  const [userTicks, systemTicks] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((userTicks ?? Number.NaN) + (systemTicks ?? Number.NaN)) * tickMicros;
}

export function peakRssIn(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}
