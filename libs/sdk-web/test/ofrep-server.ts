import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bulk } from './fake-world.js';

/** What the server does to a bulk evaluation: answers, a status, or one of the ways in which networks fail. */
export type Mood = 'well' | number | 'html' | 'hangs' | 'drips' | 'cut' | 'reset' | 'other-json';

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type, authorization, if-none-match',
  'access-control-expose-headers': 'etag, retry-after',
};

/** Speaks OFREP with event streams over real sockets, and misbehaves as it is told. */
export class OfrepServer {
  mood: Mood = 'well';
  values: { [key: string]: unknown } = { 'new-checkout': false, 'gift-wrapping': true };
  version = 1;
  /** Named in the address of the stream; `undefined` offers none. Older ones are refused. */
  token: number | undefined = 1;
  retryAfter: string | undefined;
  readonly asked: { readonly etag: string | undefined; readonly context: unknown }[] = [];
  readonly refusedStreams: string[] = [];
  readonly streams = new Set<ServerResponse>();
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** At the same port as before. */
  async start(): Promise<this> {
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((done) => server.listen(this.#port, '127.0.0.1', done));
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    this.streams.clear();
    const server = this.#server;
    this.#server = undefined;
    await new Promise<unknown>((done) =>
      server ? server.close(done).closeAllConnections() : done(undefined),
    );
  }

  /** Changes values and tells all streams. */
  change(values: { readonly [key: string]: unknown }, { tell = true } = {}): void {
    Object.assign(this.values, values);
    this.version += 1;
    if (tell) this.say({ type: 'refetchEvaluation' });
  }

  say(message: unknown): void {
    for (const stream of this.streams) stream.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  /** As a proxy does it that is restarted. */
  breakStreams(): void {
    for (const stream of this.streams) stream.destroy();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'OPTIONS')
      response.writeHead(204, { ...CORS, 'access-control-max-age': '600' }).end();
    else if (request.method === 'GET') this.#stream(request, response);
    else {
      let text = '';
      request.on('data', (chunk) => (text += chunk));
      request.on('end', () => this.#bulk(request, response, text));
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    if (request.url !== `/stream?token=${this.token}`) {
      this.refusedStreams.push(request.url ?? '');
      response.writeHead(401, CORS).end();
      return;
    }
    response.writeHead(200, { ...CORS, 'content-type': 'text/event-stream' }).write(': hello\n\n');
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  #bulk(request: IncomingMessage, response: ServerResponse, text: string): void {
    const etag = request.headers['if-none-match'];
    this.asked.push({ etag, context: JSON.parse(text).context });
    const tag = `"${this.version}-${this.token}"`;
    const json = { ...CORS, 'content-type': 'application/json', etag: tag };
    const stream = { type: 'sse', endpoint: { requestUri: `/stream?token=${this.token}` } };
    const body = bulk(this.values, this.token === undefined ? {} : { eventStreams: [stream] });
    const { mood } = this;
    if (typeof mood === 'number') {
      const retry = this.retryAfter === undefined ? {} : { 'retry-after': this.retryAfter };
      response.writeHead(mood, { ...CORS, ...retry }).end();
    } else if (mood === 'html')
      response.writeHead(200, { ...CORS, 'content-type': 'text/html' }).end('<html>');
    else if (mood === 'other-json') response.writeHead(200, json).end('[{"flags":{}}]');
    else if (mood === 'reset') request.socket.destroy();
    else if (mood === 'cut') {
      response.writeHead(200, { ...json, 'content-length': body.length });
      response.write(body.slice(0, 20), () => request.socket.destroy());
    } else if (mood === 'drips') response.writeHead(200, json).write(body.slice(0, 20));
    else if (mood === 'well' && etag === tag) response.writeHead(304, { ...CORS, etag: tag }).end();
    else if (mood === 'well') response.writeHead(200, json).end(body);
  }
}
