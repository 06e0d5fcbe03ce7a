/**
 * The one way from the bridges into the pipeline, and what keeps it from being a circle.
 *
 * - To emit a record can make another: a getter of the application's logs, or OpenTelemetry's diagnostics end in a logger.
 *   What is logged while a bridge emits is not emitted; the next record says how many those were.
 * - A logger's own outputs may be the console, or a logger. What the console is told by a logger that has just been heard
 *   is the same record once more.
 *
 * Nothing is thrown into the logger, nor through it into the application.
 */
import { diag, logs, SeverityNumber, type Logger } from '@opentelemetry/api';

import { errorMessage } from '../process/error-chain.ts';
import { bridgedRecord, type Logged } from './bridged-record.ts';

const unheardRecordsAttribute = 'sentrikat.unheard_records';

/** All bridges are one circle. */
let isEmitting = false;
let unheardRecords = 0;
let handovers = 0;

export class Outlet {
  readonly #scopeName: string;
  #logger: Logger | undefined;

  constructor(scopeName: string) {
    this.#scopeName = scopeName;
  }

  /** `read` is called where somebody wants records of that severity. */
  emit(severityNumber: Logged['severityNumber'], read: () => Omit<Logged, 'severityNumber'>): void {
    if (isEmitting) {
      unheardRecords += 1;
      return;
    }
    isEmitting = true;
    try {
      this.#logger ??= logs.getLogger(this.#scopeName);
      if (this.#logger.enabled({ severityNumber })) this.#emit({ severityNumber, ...read() });
    } catch (error) {
      this.#emitFailure(error);
    } finally {
      isEmitting = false;
    }
  }

  /** As elsewhere in the pipeline, a record that cannot be read becomes one that says so. */
  #emitFailure(failure: unknown): void {
    try {
      const body = `a record of ${this.#scopeName} could not be read: ${errorMessage(failure)}`;
      this.#logger?.emit({ eventName: 'logging.unreadable', severityNumber: SeverityNumber.WARN, body });
    } catch (error) {
      diag.error('a record could not be emitted', error);
    }
  }

  #emit(logged: Logged): void {
    const record = bridgedRecord(logged);
    if (unheardRecords > 0) record.attributes = { [unheardRecordsAttribute]: unheardRecords, ...record.attributes };
    unheardRecords = 0;
    this.#logger?.emit(record);
  }
}

/** Runs what passes a record on to a logger's outputs. */
export function handOver<Result>(passOn: () => Result): Result {
  handovers += 1;
  try {
    return passOn();
  } finally {
    handovers -= 1;
  }
}

export function isHandingOver(): boolean {
  return handovers > 0;
}
