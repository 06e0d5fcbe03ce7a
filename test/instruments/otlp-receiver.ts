/** Takes OTLP/HTTP in JSON, as a collector would, and keeps it; or behaves as a collector in trouble does. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** What arrives of a log record or a span, with attributes as a plain object. */
interface Received {
  readonly name: string;
  readonly body?: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId?: string;
  readonly statusMessage?: unknown;
}

export interface OtlpReceiver {
  readonly endpoint: string;
  readonly logs: readonly Received[];
  readonly spans: readonly Received[];
  readonly contentTypes: ReadonlySet<string>;
  /** What was sent, decompressed. */
  readonly payloads: readonly Buffer[];
  close(): Promise<void>;
}

/** `hangs`: never answers. `refuses`: answers 503, which asks the sender to try again. */
export async function startOtlpReceiver(mood: 'takes' | 'hangs' | 'refuses' = 'takes'): Promise<OtlpReceiver> {
  const logs: Received[] = [];
  const spans: Received[] = [];
  const contentTypes = new Set<string>();
  const payloads: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (mood === 'hangs') return;
    if (mood === 'refuses') return response.writeHead(503).end();
    const type = request.headers['content-type'] ?? '';
    contentTypes.add(type);
    const body = Buffer.concat(chunks);
    const sent = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    payloads.push(sent);
    if (type === 'application/json') {
      const payload = JSON.parse(sent.toString()) as Payload;
      logs.push(
        ...(payload.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
          scopeLogs.flatMap(({ logRecords }) => logRecords.map(received)),
        ),
      );
      spans.push(
        ...(payload.resourceSpans ?? []).flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap((scope) => scope.spans.map(received)),
        ),
      );
    }
    return response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    logs,
    spans,
    contentTypes,
    payloads,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, as far as it is looked at here. */
interface Payload {
  readonly resourceLogs?: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly Sent[] }[] }[];
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[] }[];
}

interface Sent {
  readonly name?: string;
  readonly eventName?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly attributes?: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly traceId?: string;
  readonly status?: { readonly message?: unknown };
}

function received({ name, eventName, body, attributes = [], traceId, status }: Sent): Received {
  return {
    name: name ?? eventName ?? '',
    body: body && Object.values(body)[0],
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    ...(traceId === undefined ? {} : { traceId }),
    statusMessage: status?.message,
  };
}
