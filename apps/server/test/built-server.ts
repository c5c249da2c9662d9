import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KillDocument, KillScope, PressAnswer, SyncDocument } from '@guidon/protocol';
import { type SpawnedNode, spawnNode, temporaryFolder, waitUntil } from '@guidon/testkit';

const HERE = dirname(fileURLToPath(import.meta.url));
export const MAIN = join(HERE, '..', 'dist', 'main.js');

export interface Keys {
  readonly admin: string;
  readonly server: string;
  readonly web: string;
}

export interface BuiltServerOptions {
  readonly gitUrl: string;
  /** PostgreSQL; absent: the embedded database. */
  readonly databaseUrl?: string;
  /** Seconds between looks at the remote; a large number where a test triggers by hand. */
  readonly pollSeconds?: number;
  readonly gitPath?: string;
  /** A server on the same database: keys and signing key are the same. */
  readonly sharesWith?: BuiltServer;
  /** Further variables. */
  readonly env?: { readonly [name: string]: string };
}

/** The built server as a child process: same port, keys, data folder and database over restarts. */
export class BuiltServer {
  readonly url: string;
  private child: SpawnedNode | undefined;

  private constructor(
    readonly port: number,
    readonly keys: Keys,
    private readonly env: { readonly [name: string]: string },
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  static async prepare(options: BuiltServerOptions): Promise<BuiltServer> {
    if (!existsSync(MAIN))
      throw new Error('The server is not built: run `npm run build`, or `npm test`, which builds.');
    const { sharesWith } = options;
    const keys = sharesWith?.keys ?? {
      admin: makeKey('admin'),
      server: makeKey('server'),
      web: makeKey('web'),
    };
    const port = await freePort();
    const env: Record<string, string> = {
      PORT: String(port),
      GUIDON_DATA_DIR: await temporaryFolder('guidon-data'),
      GUIDON_GIT_URL: options.gitUrl,
      GUIDON_GIT_PATH: options.gitPath ?? 'flags',
      GUIDON_POLL_SECONDS: String(options.pollSeconds ?? 600),
      GUIDON_ADMIN_KEY: keys.admin,
      GUIDON_SERVER_KEY: keys.server,
      GUIDON_WEB_KEY: keys.web,
      GUIDON_KEY_ENVIRONMENT: 'development',
      ...options.env,
    };
    if (options.databaseUrl !== undefined) {
      env.DATABASE_URL = options.databaseUrl;
      env.GUIDON_SIGNING_KEY = sharesWith?.env.GUIDON_SIGNING_KEY ?? randomBytes(32).toString('base64');
    }
    return new BuiltServer(port, keys, env);
  }

  /** Resolves when the server is ready for SDK traffic; tells what it printed when it does not get there. */
  async start({ ready = true, timeoutMs = 60_000 } = {}): Promise<void> {
    const child = spawnNode(MAIN, { env: this.env });
    this.child = child;
    let ended = false;
    void child.exited.finally(() => {
      ended = true;
    });
    const path = ready ? '/readyz' : '/livez';
    try {
      await waitUntil(
        async () => {
          if (ended) return 'ended';
          const answer = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(2_000) });
          return answer.ok ? 'up' : undefined;
        },
        { timeoutMs, everyMs: 50, what: `${path} of the server was fine` },
      ).then((state) => {
        if (state === 'ended') throw new Error('the server ended');
      });
    } catch (error) {
      throw new Error(`The built server did not start; it printed:\n${child.lines.join('\n')}`, {
        cause: error,
      });
    }
  }

  /** As a power cut or an out-of-memory killer would do it. */
  async kill(): Promise<void> {
    await this.child?.kill('SIGKILL');
  }

  /** As an orchestrator does it; resolves to the exit code. */
  async stop(): Promise<number | null> {
    await this.child?.kill('SIGTERM');
    return (await this.child?.exited)?.code ?? null;
  }

  get lines(): readonly string[] {
    return this.child?.lines ?? [];
  }

  sync(reason = 'a test asked for it'): Promise<SyncDocument> {
    return this.admin('POST', '/api/v1/sync', { reason });
  }

  syncStatus(): Promise<SyncDocument> {
    return this.admin('GET', '/api/v1/sync');
  }

  press(scope: KillScope, options: { environments?: string[]; reason?: string } = {}): Promise<PressAnswer> {
    const { environments = ['development'], reason = 'a test pressed it' } = options;
    return this.admin('POST', '/api/v1/red-button', { scope, environments, reason });
  }

  revive(id: string): Promise<KillDocument> {
    return this.admin('POST', `/api/v1/red-button/${id}/revive`, { reason: 'a test revived it' });
  }

  /** Evaluates over OFREP with the server key. */
  async evaluate(
    flag: string,
    context: object = { targetingKey: 'user-1' },
  ): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.url}/ofrep/v1/evaluate/flags/${flag}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.keys.server}`, 'content-type': 'application/json' },
      body: JSON.stringify({ context }),
    });
    return (await answer.json()) as Record<string, unknown>;
  }

  /** Calls the API with the admin key; throws with what it answered unless that is fine. */
  async admin<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.keys.admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(120_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as T;
  }
}

function makeKey(kind: string): string {
  return `gdn_${kind}_${randomBytes(6).toString('hex')}_${randomBytes(32).toString('base64url')}`;
}

/** Chosen by the system, and ours again after a restart, since clients keep the address. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
