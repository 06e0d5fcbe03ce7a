/** What is forwarded: by turns a line of access.log and one of audit.log, with the fields that the preload gives them. */
import { randomUUID } from 'node:crypto';

export interface AppRecord {
  readonly id: string;
  readonly concern: 'access' | 'audit';
  readonly eventName: string;
  readonly unixMillis: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | number | Readonly<Record<string, string>>>>;
}

export const resource = { 'service.name': 'shop', 'service.version': '2.14.0', 'host.name': 'web-1' } as const;

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** Each with an id of its own; times rise by a millisecond. */
export function makeRecords(count: number): readonly AppRecord[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const common = { id: randomUUID(), unixMillis: now + index - count, ...traceOf(index) };
    return index % 2 === 0 ? accessRecord(common, index) : auditRecord(common, index);
  });
}

type Common = Pick<AppRecord, 'id' | 'unixMillis' | 'traceId' | 'spanId'>;

function accessRecord(common: Common, index: number): AppRecord {
  const path = `/api/users/${index % 5_000}/orders`;
  const [user, address, millis] = [`u-${10_000 + (index % 700)}`, `203.0.113.${index % 250}`, 3.25 + (index % 90)];
  return {
    ...common,
    concern: 'access',
    eventName: 'http.server.request',
    body: `GET ${path} 200 ${millis}ms user:${user} ip:${address} ua:"${userAgent}"`,
    attributes: {
      'http.request.method': 'GET',
      'url.path': path,
      'http.response.status_code': 200,
      'sentrikat.duration_ms': millis,
      'user.id': user,
      'client.address': address,
    },
  };
}

function auditRecord(common: Common, index: number): AppRecord {
  const [user, target] = [`u-${10_000 + (index % 700)}`, `user:${index % 5_000}`];
  return {
    ...common,
    concern: 'audit',
    eventName: 'user.role.changed',
    body: `UPDATE ${target} - by request of the helpdesk, ticket ${index}`,
    attributes: {
      'user.id': user,
      'client.address': `203.0.113.${index % 250}`,
      'sentrikat.action': 'UPDATE',
      'sentrikat.resource': target,
      'sentrikat.old_value': { role: 'viewer' },
      'sentrikat.new_value': { role: 'editor' },
      'event.outcome': 'success',
    },
  };
}

function traceOf(index: number): Pick<AppRecord, 'traceId' | 'spanId'> {
  return {
    traceId: (index + 1).toString(16).padStart(32, 'a'),
    spanId: (index + 1).toString(16).padStart(16, 'b'),
  };
}
