/**
 * How the writer's own lines in a trail are known: by the instrumentation scope of the writer, which no application's records
 * have, and by their event names: these, and that of a checkpoint. Pure.
 */
export const noteScopeName = '@sentrikat/file-exporter';

export const noteEventNames = {
  /** Rotation has removed the oldest backup. */
  retired: 'audit.retired',
  /** A dead writer's half line was moved out. */
  repaired: 'audit.repaired',
  /** Records did not fit into memory while the disk refused. */
  dropped: 'logging.dropped',
} as const;
