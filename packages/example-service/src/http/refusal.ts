/** An answer that is the client's doing, and that it may read: thrown by a handler, sent by the error handler. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: 400 | 401 | 403 | 404 | 409 | 429 | 503, code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}
