import { randomBytes } from 'node:crypto';
import { temporaryFolder } from '@guidon/testkit';
import { createServer, type RunningServer } from '../src/create-server.js';
import { type Clock, createLog, loadConfig } from '../src/kernel/index.js';

export interface InProcessOptions {
  readonly gitUrl: string;
  /** PostgreSQL; absent: the embedded database. */
  readonly databaseUrl?: string;
  /** The server's own clock. */
  readonly clock?: Clock;
  /** Of the server and web key. */
  readonly environment?: string;
  /** Further variables. */
  readonly env?: { readonly [name: string]: string };
}

const SECRETS = {
  GUIDON_ADMIN_KEY: makeKey('admin'),
  GUIDON_SERVER_KEY: makeKey('server'),
  GUIDON_WEB_KEY: makeKey('web'),
  GUIDON_SIGNING_KEY: randomBytes(32).toString('base64'),
};

/** The whole server in this process, for what a built one cannot be given: its own clock. Servers share keys. */
export class InProcessServer {
  private constructor(readonly running: RunningServer) {}

  static async start({
    gitUrl,
    databaseUrl,
    clock,
    environment = 'production',
    env,
  }: InProcessOptions): Promise<InProcessServer> {
    const { GUIDON_SIGNING_KEY, ...keys } = SECRETS;
    const database = databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl, GUIDON_SIGNING_KEY };
    const result = loadConfig(
      {
        ...{ PORT: '0', GUIDON_GIT_URL: gitUrl, GUIDON_DATA_DIR: await temporaryFolder('guidon-inside') },
        ...{ GUIDON_POLL_SECONDS: '600', GUIDON_KEY_ENVIRONMENT: environment },
        ...keys,
        ...database,
        ...env,
      },
      '/',
    );
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const parts = { config: result.config, log: createLog('silent') };
    return new InProcessServer(await createServer(clock === undefined ? parts : { ...parts, clock }));
  }

  get url(): string {
    return this.running.url;
  }

  get adminKey(): string {
    return keyOf('admin');
  }

  close(): Promise<void> {
    return this.running.close();
  }

  headersOf(key: 'admin' | 'server' | 'web'): { readonly authorization: string } {
    return { authorization: `Bearer ${keyOf(key)}` };
  }

  /** Any call; `key` is the kind of key that it is made with. */
  call(method: string, path: string, { key = 'admin', body, headers }: CallOptions = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...this.headersOf(key),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Calls the API with the admin key; throws with what it answered unless that is fine. */
  async admin<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.call(method, path, body === undefined ? {} : { body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  sync(): Promise<unknown> {
    return this.admin('POST', '/api/v1/sync', { reason: 'a test asked for it' });
  }

  /** Holds a stream as an SDK does that is called so, and reads it so that it stays open. */
  async holdStream(instance: string): Promise<HeldStream> {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${keyOf('server')}`, 'guidon-instance': instance };
    const answer = await fetch(`${this.url}/sdk/v1/stream`, { headers, signal: abort.signal });
    if (!answer.ok) throw new Error(`The stream was refused: ${await answer.text()}`);
    const events: StreamEvent[] = [];
    void read(answer, events).catch(() => undefined);
    return { events, end: () => abort.abort() };
  }
}

export interface CallOptions {
  readonly key?: 'admin' | 'server' | 'web';
  readonly body?: object;
  readonly headers?: { readonly [name: string]: string };
}

export interface StreamEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

export interface HeldStream {
  /** In order of arrival; the array grows. */
  readonly events: readonly StreamEvent[];
  /** As the process that holds it would when it is killed. */
  end(): void;
}

async function read(answer: Response, events: StreamEvent[]): Promise<void> {
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: ?(.*)$/m.exec(block)?.[1];
      const data = /^data: ?(.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined) events.push({ event, data: JSON.parse(data) });
    }
  }
}

function keyOf(kind: 'admin' | 'server' | 'web'): string {
  const { GUIDON_ADMIN_KEY: admin, GUIDON_SERVER_KEY: server, GUIDON_WEB_KEY: web } = SECRETS;
  return { admin, server, web }[kind];
}

function makeKey(kind: string): string {
  return `gdn_${kind}_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}
