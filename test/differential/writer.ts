/** A rotating log file as a test drives it. */
export interface Writer {
  open(path: string, rotation: Rotation): Promise<void>;
  /** Lines without their ends, in one turn. */
  write(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

interface Rotation {
  readonly maxBytes: number;
  readonly backups: number;
}
