/**
 * Record times as text. Many records share a second, so each formatter remembers the last second it printed: date
 * arithmetic is the dearest part of a line otherwise.
 */

/** A time as OpenTelemetry keeps it: whole seconds since the epoch, and nanoseconds. */
export type HrTime = readonly [seconds: number, nanoseconds: number];

/** Wall-clock zone of the text formats. */
export type TimeZone = 'local' | 'utc';

/** `YYYY-MM-DD HH:MM:SS`, as Python's `asctime` with that date format: seconds are cut off, not rounded. */
export function createTextTimestamp(timeZone: TimeZone): (time: HrTime) => string {
  return rememberingTheSecond(timeZone === 'utc' ? (date) => utcSecond(date).replace('T', ' ') : localSecond);
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`: UTC with microseconds, always six digits, so that lines of a file sort as text. */
export function createJsonTimestamp(): (time: HrTime) => string {
  const second = rememberingTheSecond(utcSecond);
  return (time) => `${second(time)}.${pad(Math.trunc(time[1] / 1000), 6)}Z`;
}

function rememberingTheSecond(format: (date: Date) => string): (time: HrTime) => string {
  let lastSecond = Number.NaN;
  let lastText = '';
  return ([second]) => {
    if (second !== lastSecond) {
      lastText = format(new Date(second * 1000));
      lastSecond = second;
    }
    return lastText;
  };
}

function utcSecond(date: Date): string {
  // A time outside of what Date can hold (a hostile or broken clock) must still give a line.
  return Number.isNaN(date.getTime()) ? '0000-00-00T00:00:00' : date.toISOString().slice(0, -5);
}

function localSecond(date: Date): string {
  if (Number.isNaN(date.getTime())) return '0000-00-00 00:00:00';
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
  return `${day} ${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
