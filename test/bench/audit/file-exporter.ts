/** Ours: the OpenTelemetry logs SDK with the file exporter's processor, asked to wait for the platter. */
import { FileLogRecordProcessor } from '@sentrikat/file-exporter';

import { logEvent, loggerOf } from '../emit/file-exporter.ts';
import type { OpenTrail } from './trail.ts';

export const openDurableFile: OpenTrail = (directory) => {
  const processor = new FileLogRecordProcessor({ directory });
  const { logger, close } = loggerOf('audit', processor);
  const emit = logEvent(logger);
  return {
    record: (sequence) => processor.writeDurably(() => emit(sequence)),
    close,
  };
};
