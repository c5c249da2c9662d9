import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { applyPatch, diffRulesets, hashRuleset } from '@guidon/engine/compile';
import type { EnvironmentKills, Ruleset, RulesetFlag } from '@guidon/engine/model';
import {
  type RulesetDocument,
  type StreamEvents,
  TELEMETRY_ROUTE,
  TELEMETRY_TAKES_HEADER,
} from '@guidon/protocol';

/** A boolean flag that serves one variant to everyone; `off` is safe. */
export function flag(serve: 'on' | 'off', changes: Partial<RulesetFlag> = {}): RulesetFlag {
  const variants = [
    ['off', false],
    ['on', true],
  ] as const;
  return { type: 'boolean', variants, safe: 'off', rest: { serve }, ...changes };
}

export function ruleset(flags: Ruleset['flags'], revision = 'first'): Ruleset {
  return { format: 1, environment: 'production', revision, flags, segments: {} };
}

/** A server of the SDK routes over real HTTP that does what a test says. Windows and heartbeats are short. */
export class FakeServer {
  /** Answer with this status instead. */
  status: number | undefined;
  /** What it says that reports may hold, as a newer server does. */
  takes: string | undefined;
  /** Open streams, and say nothing on them. */
  mute = false;
  heartbeatMs = 200;
  lineage = 'l1';
  generation = 1;
  kills: EnvironmentKills = { kills: [], revived: [] };
  /** Bodies of the reports that came. */
  readonly reports: unknown[] = [];
  readonly seen: { path: string; headers: IncomingMessage['headers'] }[] = [];
  readonly #streams = new Set<ServerResponse>();
  #content: Ruleset;
  #server: Server | undefined;
  #port = 0;
  #beat: NodeJS.Timeout | undefined;

  constructor(content: Ruleset) {
    this.#content = content;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get streams(): number {
    return this.#streams.size;
  }

  get tag(): string {
    return `${this.lineage}.${this.generation}.d${this.kills.kills.length}x${this.kills.revived.length}`;
  }

  get document(): RulesetDocument {
    const { lineage, generation, kills } = this;
    return { ...this.#content, lineage, generation, hash: hashRuleset(this.#content), kills };
  }

  requests(path: string) {
    return this.seen.filter((request) => request.path === path);
  }

  /** Listens, on the same port as before if there was one. */
  async start(): Promise<this> {
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#beat = setInterval(() => {
      if (!this.mute) for (const stream of this.#streams) stream.write(':\n\n');
    }, this.heartbeatMs / 2);
    return this;
  }

  /** Ends as a killed process does: every socket is cut. */
  async kill(): Promise<void> {
    clearInterval(this.#beat);
    const server = this.#server;
    this.#server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
    this.#streams.clear();
  }

  send<E extends keyof StreamEvents>(event: E, data: StreamEvents[E]): void {
    for (const stream of this.#streams) this.#write(stream, event, data);
  }

  /** A new ruleset, sent as a patch; `spoil` breaks what is sent, not what is stored. */
  publish(content: Ruleset, spoil: { hash?: string } = {}): void {
    const before = this.document;
    this.#content = content;
    this.generation += 1;
    const { revision } = content;
    const difference = diffRulesets(before, content) ?? { revision, set: {}, delete: [] };
    const { hash } = applyPatch(before, before.hash, difference);
    const { lineage, generation } = this;
    this.send('patch', { ...difference, lineage, from: before.generation, generation, hash, ...spoil });
  }

  press(id: string, ...flags: string[]): void {
    this.kills = { ...this.kills, kills: [...this.kills.kills, { id, flags }] };
    this.send('kill', { kills: [{ id, flags }] });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.seen.push({ path, headers: request.headers });
    if (path.endsWith(TELEMETRY_ROUTE)) {
      this.#takeReport(request, response);
      return;
    }
    if (this.status !== undefined) {
      response.writeHead(this.status, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: `no, ${this.status}` }));
    } else if (path.endsWith('/sdk/v1/stream')) this.#open(request, response);
    else if (request.headers['if-none-match'] === `"${this.tag}"`) response.writeHead(304).end();
    else {
      const head = { etag: `"${this.tag}"`, 'content-encoding': 'gzip', 'content-type': 'application/json' };
      response.writeHead(200, head).end(gzipSync(JSON.stringify(this.document)));
    }
  }

  #takeReport(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      this.reports.push(JSON.parse(body));
      response.writeHead(
        this.status ?? 202,
        this.takes === undefined ? {} : { [TELEMETRY_TAKES_HEADER]: this.takes },
      );
      response.end();
    });
  }

  #open(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
    if (this.mute) return;
    const { lineage, heartbeatMs, tag } = this;
    this.#write(response, 'hello', { lineage, windowMs: 1_000, heartbeatMs, target: tag }, '');
    if (this.kills.kills.length > 0) this.#write(response, 'kill', { kills: this.kills.kills }, '');
    if (this.kills.revived.length > 0) this.#write(response, 'revive', { revived: this.kills.revived }, '');
    const [wasLineage, wasGeneration] = String(request.headers['last-event-id']).split('.');
    const current = wasLineage === lineage && Number(wasGeneration) === this.generation;
    if (current) response.write(`id: ${tag}\n\n`);
    else this.#write(response, 'ruleset', this.document);
  }

  #write<E extends keyof StreamEvents>(
    stream: ServerResponse,
    event: E,
    data: StreamEvents[E],
    id = this.tag,
  ): void {
    stream.write(`event: ${event}\n${id === '' ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
  }
}
