import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import type { Clock, Timer } from '../clock/index.js';
import { type Log, redact } from '../log/index.js';
import type { ChangeSignal } from './change-signal.js';
import { messageOf } from './database-errors.js';

const CHANNEL = 'guidon_change';

type Wake = (environment: string | undefined) => void;

/** Listeners and the sending half, which is the same SQL on both databases. */
class Subscribers {
  private readonly wakes = new Set<Wake>();

  constructor(private readonly log: Log) {}

  add(wake: Wake): () => void {
    this.wakes.add(wake);
    return () => this.wakes.delete(wake);
  }

  wakeAll(environment: string | undefined): void {
    for (const wake of this.wakes) {
      try {
        wake(environment);
      } catch (error) {
        this.log.error({ err: error }, 'a watcher of the change signal failed');
      }
    }
  }
}

async function send(manager: EntityManager, environment: string): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [CHANNEL, environment]);
}

/** On the embedded database the process listens to itself; there is nothing to lose and nothing to reconnect. */
export class EmbeddedSignal implements ChangeSignal {
  private readonly subscribers: Subscribers;

  constructor(log: Log) {
    this.subscribers = new Subscribers(log);
  }

  /** Call before the pool is used: `listen` runs a query of its own on the one connection. */
  async start(pglite: PGlite): Promise<void> {
    await pglite.listen(CHANNEL, (environment) => this.subscribers.wakeAll(environment));
  }

  notify(manager: EntityManager, environment: string): Promise<void> {
    return send(manager, environment);
  }

  subscribe(wake: Wake): () => void {
    return this.subscribers.add(wake);
  }
}

export interface PostgresSignalOptions {
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

const RECONNECT_MS = 1000;

/** Listens on a connection of its own, outside every pool; after each (re)connect everybody is told to look again. */
export class PostgresSignal implements ChangeSignal {
  private readonly subscribers: Subscribers;
  private client: pg.Client | undefined;
  private retry: Timer | undefined;
  private closed = false;
  private toldLoss = false;

  constructor(private readonly options: PostgresSignalOptions) {
    this.subscribers = new Subscribers(options.log);
  }

  async start(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: 'guidon-listen',
      connectionTimeoutMillis: 3000,
      keepAlive: true,
    });
    this.client = client;
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, undefined));
    client.on('notification', (message) => this.subscribers.wakeAll(message.payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      this.lost(client, error);
      return;
    }
    this.toldLoss = false;
    this.subscribers.wakeAll(undefined);
  }

  notify(manager: EntityManager, environment: string): Promise<void> {
    return send(manager, environment);
  }

  subscribe(wake: Wake): () => void {
    return this.subscribers.add(wake);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.retry?.cancel();
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }

  /** Called more than once for one client (error, then end); only the first counts. */
  private lost(client: pg.Client, error: unknown): void {
    if (this.closed || this.client !== client) return;
    this.client = undefined;
    client.end().catch(() => undefined);
    // Each attempt to connect anew fails the same way; that is no news.
    this.options.log[this.toldLoss ? 'debug' : 'info'](
      { reason: error === undefined ? 'it was ended' : redact(messageOf(error)) },
      'the change signal lost its connection; polling goes on',
    );
    this.toldLoss = true;
    this.retry = this.options.clock.after(RECONNECT_MS, () => void this.start());
  }
}
