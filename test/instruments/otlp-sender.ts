/** Sends log records over OTLP/HTTP as a service's SDK does, and goes on until they are taken or time is up. */

export interface SentRecord {
  readonly concern?: string;
  readonly eventName?: string;
  /** 9 is INFO, 13 WARN, 17 ERROR. */
  readonly severityNumber?: number;
  readonly body?: unknown;
  /** The identity, `log.record.uid`, is one of them. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Default: now. */
  readonly timeUnixNano?: string;
}

/** Statuses that ask for another attempt: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Resolves with the number of attempts; rejects where they are refused for good, or not taken within `withinMillis`. */
export async function sendRecords(
  endpoint: string,
  records: readonly SentRecord[],
  {
    resource = {},
    withinMillis = 30_000,
  }: { resource?: Readonly<Record<string, unknown>>; withinMillis?: number } = {},
): Promise<number> {
  const body = JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'shop', 'host.name': 'web-1', ...resource }) },
        scopeLogs: [{ scope: { name: 'sender' }, logRecords: records.map(logRecord) }],
      },
    ],
  });
  const deadline = performance.now() + withinMillis;
  let last = '';
  for (let attempts = 1; ; attempts += 1) {
    try {
      const response = await fetch(`${endpoint}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(10_000),
      });
      last = `${response.status} ${await response.text()}`;
      if (response.ok) return attempts;
      if (!retryable.has(response.status)) throw new Refused(last);
    } catch (error) {
      if (error instanceof Refused) throw error;
      last = String(error);
    }
    if (performance.now() > deadline) throw new Error(`not taken after ${attempts} attempts: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

class Refused extends Error {}

function logRecord(record: SentRecord): unknown {
  const now = `${Date.now()}000000`;
  return {
    timeUnixNano: record.timeUnixNano ?? now,
    observedTimeUnixNano: now,
    severityNumber: record.severityNumber ?? 9,
    ...(record.eventName !== undefined && { eventName: record.eventName }),
    ...(record.body !== undefined && { body: anyValue(record.body) }),
    attributes: attributesOf({
      ...(record.concern !== undefined && { 'sentrikat.concern': record.concern }),
      ...record.attributes,
    }),
  };
}

function attributesOf(attributes: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
function anyValue(value: unknown): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (value === null || value === undefined) return {};
  return { kvlistValue: { values: attributesOf(value as Record<string, unknown>) } };
}
