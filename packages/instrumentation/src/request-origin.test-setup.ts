/** Where records come from, as tests say it. */
import type { RequestOrigin } from './request-origin.ts';

export const nobody: RequestOrigin = {
  userId: undefined,
  clientAddress: undefined,
  userAgent: undefined,
  requestId: undefined,
  sessionHash: undefined,
};
export const somebody: RequestOrigin = {
  userId: '7',
  clientAddress: '192.0.2.1',
  userAgent: 'curl/8',
  requestId: 'abc',
  sessionHash: 'd1ce',
};
