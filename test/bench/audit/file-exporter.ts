/** Ours: the OpenTelemetry logs SDK with the file exporter's processor, asked to wait for the platter. */
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { concernAttribute, FileLogRecordProcessor } from '@sentrikat/file-exporter';

import { logEvent } from '../emit/file-exporter.ts';
import type { OpenTrail } from './trail.ts';

export const openDurableFile: OpenTrail = (directory) => {
  const processor = new FileLogRecordProcessor({ directory });
  const provider = new LoggerProvider({ processors: [processor] });
  const emit = logEvent(provider.getLogger('bench', undefined, { attributes: { [concernAttribute]: 'audit' } }));
  return {
    record: (sequence) => processor.writeDurably(() => emit(sequence)),
    close: () => provider.shutdown(),
  };
};
