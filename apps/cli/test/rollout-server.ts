import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RolloutDocument, RolloutEventDocument, RolloutSummary } from '@guidon/protocol';
import { atEndOfFile } from '@guidon/testkit';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

type Answer = { readonly status: number; readonly body: object; readonly headers?: object };

/** Rollouts over HTTP with the wire of the real server, and everything that was asked of it. */
export class RolloutServer {
  readonly received: Received[] = [];
  readonly rollouts = new Map<string, RolloutDocument>();
  /** What happens at each look at the change feed, one by one: what a test would otherwise have to wait for. */
  readonly steps: (() => readonly RolloutEventDocument[] | 'away' | undefined)[] = [];
  /** Answers to acts, one by one; without one it is done. */
  readonly refusals: Answer[] = [];
  #server: Server | undefined;
  #cursor = 0;
  url = '';

  static async start(...rollouts: readonly RolloutDocument[]): Promise<RolloutServer> {
    const server = new RolloutServer();
    for (const rollout of rollouts) server.put(rollout);
    await server.listen(0);
    atEndOfFile(() => server.stop());
    return server;
  }

  put(rollout: RolloutDocument): void {
    this.rollouts.set(rollout.id, rollout);
    this.#cursor = Math.max(this.#cursor, rollout.timeline[0]?.sequence ?? 0);
  }

  private async listen(port: number): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#server = server;
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }

  /** As after a crash: connections are cut, and the port is the same again. */
  async startAgain(): Promise<void> {
    await this.listen(Number(new URL(this.url).port));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url: path = '', headers } = request;
    this.received.push({ method, path, headers, body: text === '' ? undefined : JSON.parse(text) });
    const answer = method === 'POST' ? this.#act(path) : this.#read(path);
    if (answer === undefined) {
      void this.stop();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }

  #read(path: string): Answer | undefined {
    const { pathname, searchParams } = new URL(path, this.url);
    if (pathname === '/api/v1/rollouts')
      return { status: 200, body: { rollouts: [...this.rollouts.values()].map(summaryOf) } };
    if (pathname !== '/api/v1/rollouts/events') return this.#one(pathname.split('/')[4]);
    const events = this.steps.shift()?.() ?? [];
    if (events === 'away') return undefined;
    this.#cursor = Math.max(Number(searchParams.get('after')), ...events.map(({ sequence }) => sequence));
    const named = events.map((event) => ({ rollout: 'production.new-checkout', ...event }));
    return { status: 200, body: { events: named, cursor: this.#cursor } };
  }

  #one(id = ''): Answer {
    const rollout = this.rollouts.get(decodeURIComponent(id));
    if (rollout === undefined) return problem(404, 'rollout-not-found', 'There is no such rollout.');
    return { status: 200, body: rollout, headers: { etag: `"${rollout.version}"` } };
  }

  #act(path: string): Answer {
    const rollout = this.rollouts.get(decodeURIComponent(path.split('/')[4] ?? ''));
    if (rollout === undefined) return problem(404, 'rollout-not-found', 'There is no such rollout.');
    const done = `Did ${path.split('/')[5]}.`;
    return this.refusals.shift() ?? { status: 200, body: { rollout: summaryOf(rollout), done } };
  }
}

export function problem(status: number, code: string, detail: string): Answer {
  return {
    status,
    body: { ...{ type: `/${code}`, title: 'Refused', status, code, detail }, instance: 'r-1' },
  };
}

/** What the list has of a rollout. */
function summaryOf(rollout: RolloutDocument): RolloutSummary {
  const { plan, file, alarm, offered, guards, propagation, evidenceSince, newestData, timeline, ...rest } =
    rollout;
  return { ...rest, stages: plan.stages.map(({ id, audience, percent }) => ({ id, audience, percent })) };
}
