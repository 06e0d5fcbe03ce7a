/** A client of the service that knows how many requests it has sent, whatever became of them. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
  /** Method and path of what it answers. */
  readonly request: string;
  readonly status: number;
  /** The parsed JSON; undefined where there is none. */
  readonly body: unknown;
}

export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Client {
  readonly #url: string;
  readonly #signal: AbortSignal;
  #sent = 0;

  /** Requests end, with an error, when `signal` does. */
  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** Each of them is one line of access.log. */
  get sent(): number {
    return this.#sent;
  }

  async call(method: string, path: string, { token, body, headers }: CallOptions = {}): Promise<Answer> {
    this.#signal.throwIfAborted();
    this.#sent += 1;
    const response = await fetch(this.#url + path, {
      method,
      signal: this.#signal,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { request: `${method} ${path}`, status: response.status, body: isJson ? JSON.parse(text) : undefined };
  }

  /** Sends a request and goes away before the answer. */
  async abandon(path: string, token: string, afterMillis: number): Promise<void> {
    this.#signal.throwIfAborted();
    this.#sent += 1;
    const request = httpRequest(this.#url + path, { headers: { authorization: `Bearer ${token}` }, agent: false });
    request.on('error', () => {}).end();
    await new Promise((resolve) => setTimeout(resolve, afterMillis));
    request.destroy();
  }

  /** Sends one request as these very bytes, whatever a well-behaved client would make of them. */
  async sendRaw(bytes: string): Promise<void> {
    this.#signal.throwIfAborted();
    this.#sent += 1;
    const { hostname, port } = new URL(this.#url);
    const socket = connect({ host: hostname, port: Number(port), signal: this.#signal });
    const closed = once(socket, 'close');
    socket.on('error', () => {}).resume();
    socket.write(bytes);
    await closed;
  }
}
