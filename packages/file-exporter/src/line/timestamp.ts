/**
 * Record times as text. Many records share a second, so each formatter remembers the last second it printed: date
 * arithmetic is the dearest part of a line otherwise.
 */
import { linePart, LineBytes } from './line-bytes.ts';

/** A time as OpenTelemetry keeps it: whole seconds since the epoch, and nanoseconds. */
export type HrTime = readonly [seconds: number, nanoseconds: number];

/** The first second that has more than four digits of a year. */
const endOfCalendar = 253_402_300_800;

/**
 * When a record says it happened, or when it was observed, where the first is no time (a broken clock, a hostile caller);
 * the epoch where neither is.
 */
export function timeOf({
  hrTime,
  hrTimeObserved,
}: {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
}): HrTime {
  if (isTime(hrTime)) return hrTime;
  return isTime(hrTimeObserved) ? hrTimeObserved : [0, 0];
}

function isTime([seconds, nanoseconds]: HrTime): boolean {
  return seconds >= 0 && seconds < endOfCalendar && nanoseconds >= 0 && nanoseconds < 1e9;
}

/** Wall-clock zone of the text formats. */
export type TimeZone = 'local' | 'utc';

/** `YYYY-MM-DD HH:MM:SS`, as Python's `asctime` with that date format: seconds are cut off, not rounded. */
export function createTextTimestamp(timeZone: TimeZone): (time: HrTime) => string {
  return rememberingTheSecond(timeZone === 'utc' ? (date) => utcSecond(date).replace('T', ' ') : localSecond);
}

/**
 * Writes `YYYY-MM-DDTHH:MM:SS.ffffffZ`: UTC with microseconds, always six digits, so that lines of a file sort as text. With what
 * stands before it.
 */
export function createJsonTimestamp(before: string): (bytes: LineBytes, time: HrTime) => void {
  const second = rememberingTheSecond((date) => linePart(`${before}${utcSecond(date)}.`));
  return (bytes, time) => {
    bytes.part(second(time));
    bytes.digits(Math.trunc(time[1] / 1000), 6);
    bytes.ascii('Z');
  };
}

/** The same as text. */
export function jsonTimestamp(time: HrTime): string {
  const bytes = new LineBytes();
  createJsonTimestamp('')(bytes, time);
  return bytes.text;
}

function rememberingTheSecond<Text>(format: (date: Date) => Text): (time: HrTime) => Text {
  let lastSecond = Number.NaN;
  let lastText: Text;
  return ([second]) => {
    if (second !== lastSecond) {
      lastText = format(new Date(second * 1000));
      lastSecond = second;
    }
    return lastText;
  };
}

function utcSecond(date: Date): string {
  return date.toISOString().slice(0, -5);
}

function localSecond(date: Date): string {
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
  return `${day} ${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
