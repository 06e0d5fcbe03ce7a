/**
 * bunyan, of which the upstream instrumentation puts trace and span into the records; they are taken here.
 *
 * The upstream way of sending adds a stream to the logger's own, which applications walk, to end them say; it puts a subclass in the
 * place of the class, of which what `createLogger` makes is no instance; and it knows bunyan 1 alone. What it patches is the same
 * in bunyan 2.
 */
import { BunyanInstrumentation } from '@opentelemetry/instrumentation-bunyan';
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';

import { without, type Logged } from './bridged-record.ts';
import { severityOfNumber } from './logger-levels.ts';
import { handOver, Outlet } from './outlet.ts';

const supportedVersions = ['>=1.0.0 <3'];

export type BunyanRecord = Readonly<Record<string, unknown>>;
type EmitMethod = (record: BunyanRecord, isForTracing?: boolean) => unknown;
interface Bunyan {
  readonly prototype: Record<string, EmitMethod | undefined>;
  readonly nameFromLevel?: Readonly<Record<number, string>>;
}

export class BunyanBridge extends BunyanInstrumentation {
  constructor() {
    super({ disableLogSending: true });
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const outlet = new Outlet('bunyan');
    const heard = new WeakSet<Bunyan>();
    const definitions = super.init();
    for (const definition of definitions) {
      const { patch } = definition;
      definition.supportedVersions = supportedVersions;
      definition.patch = (exports: Bunyan & { default: Bunyan; [Symbol.toStringTag]?: string }, version) => {
        const bunyan = exports[Symbol.toStringTag] === 'Module' ? exports.default : exports;
        if (!heard.has(bunyan)) hear(bunyan, outlet);
        heard.add(bunyan);
        patch?.(exports, version);
        // The prototype is patched now; the subclass is of no use where nothing is sent.
        return exports;
      };
    }
    return definitions;
  }
}

/** Within upstream's patch of the same method, so that a record has its trace when its streams get it. */
function hear({ prototype, nameFromLevel }: Bunyan, outlet: Outlet): void {
  const { _emit: emit } = prototype;
  if (emit === undefined) return;
  prototype['_emit'] = function (this: unknown, record, isForTracing) {
    if (isForTracing === true) return emit.call(this, record, isForTracing);
    const level = record['level'] as number;
    outlet.emit(severityOfNumber(level), () => ({ severityText: nameFromLevel?.[level], ...readRecord(record) }));
    return handOver(() => emit.call(this, record, isForTracing));
  };
}

const knownFields = ['msg', 'level', 'time', 'hostname', 'pid', 'v'];

/** What a record says, but for what is known anyway. */
export function readRecord(record: BunyanRecord): Pick<Logged, 'body' | 'fields' | 'error' | 'timestamp'> {
  const { msg, err, time } = record;
  const isError = typeof err === 'object';
  return {
    body: msg,
    fields: without(record, isError ? [...knownFields, 'err'] : knownFields),
    error: isError ? err : undefined,
    timestamp: time instanceof Date && !Number.isNaN(time.getTime()) ? time : undefined,
  };
}
