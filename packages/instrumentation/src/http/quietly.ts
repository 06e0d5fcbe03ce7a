/** Observing never fails the application: what goes wrong in here is told to OpenTelemetry's diagnostics, and that is all. */
import { diag } from '@opentelemetry/api';

/** What `observation` returns, or nothing where it throws; `subject` says what then is missing. */
export function quietly<Result>(subject: string, observation: () => Result): Result | undefined {
  try {
    return observation();
  } catch (error) {
    diag.error(`${subject} could not be observed`, error);
    return undefined;
  }
}
