/** What is redacted: an event as most are, the same with a secret in one or in all of the places where they turn up, and a log of these. */

type Members = Readonly<Record<string, unknown>>;

interface Event extends Members {
  readonly message: string;
  readonly user: Members;
  readonly request: Members & { readonly headers: Members };
  readonly order: Members & { readonly items: readonly Members[] };
}

export interface EventRow {
  readonly kind: 'ordinary' | 'mixed' | 'one secret' | 'six secrets';
  /** Behind the names of the contestants. */
  readonly suffix: string;
  /** In `checkedEvents` of them. */
  readonly planted: number;
  readonly create: (sequence: number) => Event;
}

/** In every secret, and in nothing else. */
const mark = 'zQ7';

const places: readonly ((event: Event, secret: string) => Event)[] = [
  (event, secret) => ({ ...event, message: `order placed with Bearer ${secret}` }),
  (event, secret) => ({ ...event, user: { ...event.user, password: secret } }),
  (event, secret) => ({ ...event, request: { ...event.request, url: `/api/orders?token=${secret}` } }),
  ({ request, ...event }, secret) => {
    const headers = { ...request.headers, authorization: `Bearer ${secret}` };
    return { ...event, request: { ...request, headers } };
  },
  (event, secret) => ({ ...event, order: { ...event.order, items: [{ sku: 'A-1', count: 2, apiKey: secret }] } }),
  (event, secret) => ({ ...event, database: `postgres://shop:${secret}@db/shop` }),
];

/** Enough for a share of each kind in a log of several. */
export const checkedEvents = 10;

export const events: readonly EventRow[] = [
  { kind: 'ordinary', suffix: '', planted: 0, create: ordinaryEvent },
  { kind: 'mixed', suffix: ', 1 in 10 with six secrets', planted: places.length, create: mixedEvent },
  { kind: 'one secret', suffix: ', one secret', planted: checkedEvents, create: eventWithSecret },
  { kind: 'six secrets', suffix: ', six secrets', planted: places.length * checkedEvents, create: eventWithSecrets },
];

/** Some 390 bytes of JSON. */
function ordinaryEvent(sequence: number): Event {
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

function mixedEvent(sequence: number): Event {
  return sequence % checkedEvents === 0 ? eventWithSecrets(sequence) : ordinaryEvent(sequence);
}

/** The places take turns. */
function eventWithSecret(sequence: number): Event {
  return places[sequence % places.length]!(ordinaryEvent(sequence), secretOf(sequence));
}

function eventWithSecrets(sequence: number): Event {
  return places.reduce((event, plant) => plant(event, secretOf(sequence)), ordinaryEvent(sequence));
}

function secretOf(sequence: number): string {
  return mark + String(sequence).padStart(9, 'x');
}

/** How many of an event's secrets are still there. */
export function secretsIn(json: string): number {
  return json.split(mark).length - 1;
}
