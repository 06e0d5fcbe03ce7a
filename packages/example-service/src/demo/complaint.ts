/** Something that the person who runs the demo can act on: what it is, why it matters, what to do. */
export class Complaint extends Error {
  /** 2 when what was asked for cannot be done, 1 when it was tried and failed. */
  readonly exitCode: 1 | 2;

  constructor({ code, what, why, remedy, exitCode, cause }: ComplaintOptions) {
    super(`${code}: ${what}\n  why   ${why}\n  do    ${remedy}`, { cause });
    this.name = 'Complaint';
    this.exitCode = exitCode;
  }
}

export interface ComplaintOptions {
  readonly code: `DEMO_${string}` | `POSTGRES_${string}`;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  readonly exitCode: 1 | 2;
  readonly cause?: unknown;
}
