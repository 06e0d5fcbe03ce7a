/** What is redacted: an event as most are, one with secrets in all the places where they turn up, and a log with some of these. */

/** In every secret, and in nothing else. */
const mark = 'zQ7';
const secretsPerEvent = 6;

/** Enough for a share of each kind in a log of several. */
export const checkedEvents = 10;

export interface EventRow {
  readonly kind: 'ordinary' | 'mixed' | 'with secrets';
  /** Behind the names of the contestants. */
  readonly suffix: string;
  /** In `checkedEvents` of them. */
  readonly planted: number;
  readonly create: (sequence: number) => Readonly<Record<string, unknown>>;
}

export const events: readonly EventRow[] = [
  { kind: 'ordinary', suffix: '', planted: 0, create: ordinaryEvent },
  { kind: 'mixed', suffix: ', 1 in 10 with secrets', planted: secretsPerEvent, create: mixedEvent },
  { kind: 'with secrets', suffix: ', secrets', planted: secretsPerEvent * checkedEvents, create: eventWithSecrets },
];

/** Some 390 bytes of JSON. */
function ordinaryEvent(sequence: number) {
  return {
    message: 'order placed',
    user: { id: 4000 + sequence, name: `jane${sequence}`, email: `jane${sequence}@example.com`, role: 'admin' },
    request: {
      method: 'POST',
      url: `/api/orders?page=${sequence}`,
      headers: { host: 'example.com', 'user-agent': 'Mozilla/5.0 (X11; Linux)' },
      remoteAddress: '192.0.2.17',
    },
    order: {
      id: `b2f7c1de-9a3e-4c61-8f0d-${String(sequence).padStart(12, '0')}`,
      total: 129.95 + sequence,
      items: [
        { sku: 'A-1', count: 2 },
        { sku: 'B-2', count: 1 },
      ],
    },
  };
}

function mixedEvent(sequence: number) {
  return sequence % checkedEvents === 0 ? eventWithSecrets(sequence) : ordinaryEvent(sequence);
}

function eventWithSecrets(sequence: number) {
  const secret = `${mark}${String(sequence).padStart(9, 'x')}`;
  const { user, request, order } = ordinaryEvent(sequence);
  return {
    message: `order placed with Bearer ${secret}`,
    user: { ...user, password: secret },
    request: {
      ...request,
      url: `/api/orders?token=${secret}`,
      headers: { ...request.headers, authorization: `Bearer ${secret}` },
    },
    order: { ...order, items: [{ sku: 'A-1', count: 2, apiKey: secret }] },
    database: `postgres://shop:${secret}@db/shop`,
  };
}

/** How many of an event's secrets are still there. */
export function secretsIn(json: string): number {
  return json.split(mark).length - 1;
}
