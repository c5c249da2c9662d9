import { startPostgres, type TestPostgres, temporaryFolder, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SystemClock } from '../clock/index.js';
import { type Database, openDatabase } from '../database/index.js';
import { SILENT_LOG } from '../log/index.js';
import { DatabaseLease } from './database-lease.js';
import { LeaseLeadership } from './lease-leadership.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

async function open(databaseUrl?: string): Promise<Database> {
  const dataDir = await temporaryFolder('guidon-lease');
  return openDatabase({
    config: { dataDir, production: false, ...(databaseUrl === undefined ? {} : { databaseUrl }) },
    entities: [],
    clock: new SystemClock(),
    log: SILENT_LOG,
  });
}

function leaseOf(database: Database): DatabaseLease {
  return new DatabaseLease(database.transactions, database.changeSignal);
}

/** The row ends now, as if the holder had not been heard of for ten seconds. */
async function runOut(database: Database): Promise<void> {
  await database.transactions.run((manager) =>
    manager.query("UPDATE leases SET expires_at = clock_timestamp() - interval '1 millisecond'"),
  );
}

function keepsItsPromises(given: () => Database): void {
  const asked = { holder: 'one', epoch: undefined, leaseMs: 10_000 } as const;

  it('gives the lease to one holder, renews it, and lets another in only when it has run out', async () => {
    const lease = leaseOf(given());
    const first = await lease.ask(asked);
    expect(first.kind).toBe('held');
    const { epoch } = first as { epoch: number };
    const other = await lease.ask({ ...asked, holder: 'two' });
    expect(other).toMatchObject({ kind: 'elsewhere', term: { holder: 'one', epoch } });
    expect((other as { remainingMs: number }).remainingMs).toBeGreaterThan(0);
    expect((other as { remainingMs: number }).remainingMs).toBeLessThanOrEqual(10_000);
    expect(await lease.ask({ ...asked, epoch })).toEqual({ kind: 'held', epoch });
    await runOut(given());
    expect(await lease.ask({ ...asked, holder: 'two' })).toEqual({ kind: 'held', epoch: epoch + 1 });
    expect(await lease.look()).toMatchObject({ term: { holder: 'two', epoch: epoch + 1 } });
    await lease.release({ holder: 'two', epoch: epoch + 1 });
  });

  it('refuses a fencing number that is stale, and undoes the transaction', async () => {
    const { transactions } = given();
    const lease = leaseOf(given());
    const first = await lease.ask(asked);
    const { epoch } = first as { epoch: number };
    await runOut(given());
    await lease.ask({ ...asked, holder: 'two' });
    for (const [term, held] of [
      [{ holder: 'one', epoch }, false],
      [{ holder: 'two', epoch }, false],
      [{ holder: 'two', epoch: epoch + 1 }, true],
    ] as const)
      expect(await transactions.run((manager) => lease.isHeldIn(manager, term))).toBe(held);
    await lease.release({ holder: 'one', epoch });
    expect(await lease.look()).toMatchObject({ term: { holder: 'two' } });
    await lease.release({ holder: 'two', epoch: epoch + 1 });
    expect(await lease.look()).toMatchObject({ term: undefined, remainingMs: 0 });
  });

  it('hands the lead over at once when the leader leaves', async () => {
    const clock = new SystemClock();
    const make = (holder: string) =>
      new LeaseLeadership({ lease: leaseOf(given()), clock, log: SILENT_LOG, holder, candidate: true });
    const [one, two] = [make('one'), make('two')];
    await one.start();
    await two.start();
    expect([one.isLeader(), two.isLeader()]).toEqual([true, false]);
    const before = one.epoch() as number;
    const leftAtMs = clock.elapsedMs();
    await one.stop();
    await waitUntil(() => two.isLeader());
    expect(clock.elapsedMs() - leftAtMs).toBeLessThan(3_000);
    expect(two.epoch()).toBe(before + 1);
    await two.stop();
  });
}

describe('given the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  keepsItsPromises(() => database);
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  let database: Database;
  let elsewhere: Database;

  beforeAll(async () => {
    const { url } = await (postgres as TestPostgres).createDatabase();
    database = await open(url);
    elsewhere = await open(url);
  });
  afterAll(() => Promise.all([database.close(), elsewhere.close()]));
  keepsItsPromises(() => database);

  it('makes one leader of many that ask at once', async () => {
    const leases = [leaseOf(database), leaseOf(elsewhere)];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (leases[index % 2] as DatabaseLease).ask({ holder: `h${index}`, epoch: undefined, leaseMs: 10_000 }),
      ),
    );
    const held = answers.filter((answer) => answer.kind === 'held');
    expect(held).toHaveLength(1);
    await runOut(database);
  });

  it('lets nobody take over while a transaction of the leader is open', async () => {
    const lease = leaseOf(database);
    const first = await lease.ask({ holder: 'one', epoch: undefined, leaseMs: 10_000 });
    const term = { holder: 'one', epoch: (first as { epoch: number }).epoch };
    let end: () => void = () => undefined;
    let asserted: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      asserted = resolve;
    });
    const order: string[] = [];
    await runOut(database);
    const publishing = database.transactions.run(async (manager) => {
      expect(await lease.isHeldIn(manager, term)).toBe(true);
      asserted();
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      order.push('published');
    });
    await inside;
    const taking = leaseOf(elsewhere)
      .ask({ holder: 'two', epoch: undefined, leaseMs: 10_000 })
      .then((answer) => {
        order.push(answer.kind);
      });
    const waits = () =>
      database.dataSource.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
    await waitUntil(async () => (await waits()).length > 0);
    end();
    await Promise.all([publishing, taking]);
    expect(order).toEqual(['published', 'held']);
    await expect(database.transactions.run(async (manager) => lease.isHeldIn(manager, term))).resolves.toBe(
      false,
    );
  });
});
