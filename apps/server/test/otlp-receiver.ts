import { createServer, type Server } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: { readonly [name: string]: unknown };
  readonly isFailed: boolean;
}

export interface ReceivedLog {
  readonly text: string;
  readonly severity: string;
  readonly traceId?: string;
  readonly attributes: { readonly [name: string]: unknown };
}

/** How it treats who sends: as a collector does, not at all, or with an error. */
export type Manner = 'takes' | 'is silent' | 'refuses';

/** A collector as far as it matters here: it takes OTLP as JSON over HTTP, and keeps what comes. */
export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly logs: ReceivedLog[] = [];
  readonly services = new Set<unknown>();
  readonly types = new Set<string | undefined>();
  requests = 0;

  private constructor(private readonly server: Server) {}

  static async start(manner: Manner = 'takes'): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => {
      receiver.requests += 1;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (manner === 'is silent') return;
        const body = Buffer.concat(chunks);
        receiver.types.add(request.headers['content-type']);
        if (manner === 'takes')
          receiver.take(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
        response.writeHead(manner === 'takes' ? 200 : 500, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take(body: Buffer): void {
    const { resourceSpans = [], resourceLogs = [] } = JSON.parse(body.toString('utf8')) as Payload;
    for (const { resource } of [...resourceSpans, ...resourceLogs])
      this.services.add(attributesOf(resource.attributes)['service.name']);
    for (const { scopeSpans } of resourceSpans)
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({
          ...span,
          attributes: attributesOf(span.attributes),
          isFailed: span.status?.code === 2,
        });
    for (const { scopeLogs } of resourceLogs)
      for (const record of scopeLogs.flatMap(({ logRecords }) => logRecords))
        this.logs.push({
          ...{ text: record.body.stringValue ?? '', severity: record.severityText },
          ...(record.traceId === undefined ? {} : { traceId: record.traceId }),
          attributes: attributesOf(record.attributes),
        });
  }
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
}
type Attributes = readonly { readonly key: string; readonly value: Value }[];
interface Payload {
  readonly resourceSpans?: readonly {
    resource: { attributes: Attributes };
    scopeSpans: readonly { spans: readonly WireSpan[] }[];
  }[];
  readonly resourceLogs?: readonly {
    resource: { attributes: Attributes };
    scopeLogs: readonly { logRecords: readonly WireLog[] }[];
  }[];
}
type WireSpan = Omit<ReceivedSpan, 'attributes' | 'isFailed'> & {
  attributes: Attributes;
  status?: { code?: number };
};
interface WireLog {
  readonly body: Value;
  readonly severityText: string;
  readonly traceId?: string;
  readonly attributes: Attributes;
}

function attributesOf(attributes: Attributes): { readonly [name: string]: unknown } {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
