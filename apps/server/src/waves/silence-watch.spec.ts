import { isInWave } from '@guidon/policy/waves';
import { type FakeClock, fakeClock, startPostgres, type TestPostgres } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { openStore } from '../../test/store-kit.js';
import type { StreamHolder } from '../catalog/index.js';
import { type Database, SILENT_LOG, type Transactions } from '../kernel/index.js';
import { createUsage, type Usage } from '../usage/index.js';
import { aWave } from './create-waves.js';
import { SilenceWatch } from './silence-watch.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const MINUTE_MS = 60_000;

/** One server, with the streams that it holds and how often it asked the database. */
class Server {
  asked = 0;
  readonly usage: Usage;
  readonly watch: SilenceWatch;
  readonly #held = new Map<string, number>();

  constructor(
    { transactions: real }: Database,
    private readonly clock: FakeClock,
    private readonly environment: string,
  ) {
    const transactions: Transactions = {
      run: (work) => {
        this.asked += 1;
        return real.run(work);
      },
      runReserved: (work) => real.runReserved(work),
    };
    this.usage = createUsage({ transactions, clock, log: SILENT_LOG, registry: new Registry() });
    const reach = { holders: () => this.#holders() };
    this.watch = new SilenceWatch({ reach, streams: this.usage.silent, clock });
  }

  hold(...names: string[]): void {
    for (const name of names) this.#held.set(name, this.clock.elapsedMs());
  }

  end(name: string): void {
    this.#held.delete(name);
  }

  async report(instance: string, says?: { readonly closing: true }): Promise<void> {
    const body = {
      format: 1,
      instance,
      boot: 'b1',
      client: 1,
      sequence: 1,
      uptimeMs: 1,
      dropped: 0,
    } as const;
    const sdk = { name: 'n', version: '1' };
    const arrival = { environment: this.environment, nowMs: this.clock.nowMs() };
    this.usage.store.take({ ...body, sdk, counts: [], ...says }, arrival);
    expect(await this.usage.store.flush()).toBe(true);
  }

  /** As this server knows it, with for how long. */
  async silent(): Promise<readonly (readonly [instance: string, forMs: number])[]> {
    const nowMs = this.clock.nowMs();
    const found = await this.usage.silent.of(this.environment);
    return found.map(({ instance, sinceMs }) => [instance, nowMs - sinceMs]);
  }

  #holders(): readonly StreamHolder[] {
    const nowMs = this.clock.elapsedMs();
    return [...this.#held].map(([instance, openedMs]) => ({ instance, heldMs: nowMs - openedMs }));
  }
}

/** The same promises on both databases. */
function keepsItsPromises(given: () => Database): void {
  let place = 0;

  function start() {
    const clock = fakeClock();
    const environment = `env-${++place}`;
    const wave = aWave({ environment, startedAtMs: clock.nowMs() });
    const [one, two] = [0, 1].map(() => new Server(given(), clock, environment)) as [Server, Server];
    const look = async () => {
      for (const { watch } of [one, two]) await watch.look([wave]);
    };
    return { clock, wave, one, two, look };
  }

  it('finds who holds a stream of one server and reports to none, and tells every server', async () => {
    const { clock, one, two, look } = start();
    one.hold('quiet', 'loud', 'back-after-goodbye');
    clock.advance(MINUTE_MS);
    await two.report('loud');
    await one.report('back-after-goodbye', { closing: true });
    two.hold('newcomer');
    await look();
    const known = [
      ['back-after-goodbye', MINUTE_MS],
      ['quiet', MINUTE_MS],
    ];
    expect([await one.silent(), await two.silent()]).toEqual([known, known]);
    await one.report('quiet');
    clock.advance(20_000);
    await look();
    expect(await two.silent()).toEqual([
      ['back-after-goodbye', MINUTE_MS + 20_000],
      ['newcomer', 20_000],
    ]);
  });

  it('counts one that moves to another server from when it came to the first', async () => {
    const { clock, one, two, look } = start();
    one.hold('quiet');
    clock.advance(MINUTE_MS);
    await look();
    one.end('quiet');
    two.hold('quiet');
    clock.advance(15_000 - 1);
    await look();
    clock.advance(1);
    await look();
    // Without a note in between it begins anew.
    expect(await one.silent()).toEqual([['quiet', 15_000]]);
    two.end('quiet');
    one.hold('quiet');
    two.hold('quiet');
    clock.advance(15_000);
    await look();
    clock.advance(5_000);
    one.end('quiet');
    await look();
    expect(await one.silent()).toEqual([['quiet', 20_000]]);
  });

  it('lets go of one that was killed, and of all of a server that was', async () => {
    const { clock, one, two, look } = start();
    one.hold('killed', 'quiet');
    clock.advance(MINUTE_MS);
    await look();
    one.end('killed');
    clock.advance(10_000);
    await look();
    expect(await two.silent()).toHaveLength(2);
    clock.advance(5_001);
    await look();
    expect(await two.silent()).toEqual([['quiet', MINUTE_MS + 15_001]]);
    clock.advance(15_001);
    await two.watch.look([]);
    expect(await two.silent()).toEqual([]);
  });

  it('asks about a herd in a few questions, and notes no more of it than it takes to hold a wave', async () => {
    const { clock, one, wave } = start();
    const herd = Array.from({ length: 10_000 }, (_, index) => `pod-${index}`);
    one.hold(...herd);
    await one.watch.look([wave]);
    // Nobody has had an occasion to report yet.
    expect(one.asked).toBe(0);
    clock.advance(MINUTE_MS);
    await one.watch.look([wave]);
    expect(one.asked).toBe(6);
    const noted = new Set((await one.silent()).map(([instance]) => instance));
    expect(noted.size).toBe(500);
    // Those that are in from the first stage on are among them.
    const members = herd.filter((name) => isInWave(name, wave.waveId, 1));
    expect(members.length).toBeGreaterThan(0);
    expect(members.every((name) => noted.has(name))).toBe(true);
  });

  it('does not ask again about who has reported, and not at all while no wave runs', async () => {
    const { clock, one, wave } = start();
    one.hold('loud');
    clock.advance(MINUTE_MS);
    await one.report('loud');
    await one.watch.look([]);
    const before = one.asked;
    await one.watch.look([wave]);
    await one.watch.look([wave]);
    expect(one.asked - before).toBe(1);
  });
}

describe('given the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(undefined);
  });
  afterAll(() => database.close());
  keepsItsPromises(() => database);
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore((await postgres?.createDatabase())?.url);
  });
  afterAll(() => database.close());
  keepsItsPromises(() => database);
});
