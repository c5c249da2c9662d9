import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { startPostgres, type TestPostgres, temporaryFolder, waitUntil } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../clock/index.js';
import { SILENT_LOG } from '../log/index.js';
import { lockDataFolder } from './data-folder-lock.js';
import { TEMPLATE_FILE } from './embedded-database.js';
import { type Database, openDatabase } from './open-database.js';

const clock = new SystemClock();

function open(databaseUrl: string | undefined, dataDir: string): Promise<Database> {
  return openDatabase({
    config: { dataDir, production: false, ...(databaseUrl === undefined ? {} : { databaseUrl }) },
    entities: [],
    clock,
    log: SILENT_LOG,
  });
}

async function countOf(database: Database): Promise<number> {
  const [row] = await database.dataSource.query('SELECT count(*)::int AS n FROM things');
  return row.n;
}

/** The same promises on both databases. */
function keepsItsPromises(given: () => Database): void {
  beforeAll(async () => {
    await given().dataSource.query('CREATE TABLE things (id int PRIMARY KEY, n int NOT NULL)');
    await given().dataSource.query('INSERT INTO things VALUES (0, 0)');
  });

  it('has run every migration', async () => {
    const rows = await given().dataSource.query("SELECT 1 FROM pg_tables WHERE tablename = 'audit_entries'");
    expect(rows).toHaveLength(1);
  });

  it('commits what succeeds and undoes what throws', async () => {
    const { transactions } = given();
    await transactions.run((manager) => manager.query('INSERT INTO things VALUES (1, 0)'));
    const failing = transactions.run(async (manager) => {
      await manager.query('INSERT INTO things VALUES (2, 0)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await countOf(given())).toBe(2);
  });

  it('keeps concurrent transactions apart, reserved ones too', async () => {
    const { transactions, dataSource } = given();
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        transactions[index % 4 === 0 ? 'runReserved' : 'run'](async (manager) => {
          const [row] = await manager.query('SELECT n FROM things WHERE id = 0 FOR UPDATE');
          await manager.query('UPDATE things SET n = $1 WHERE id = 0', [row.n + 1]);
        }),
      ),
    );
    expect(await dataSource.query('SELECT n FROM things WHERE id = 0')).toEqual([{ n: 20 }]);
  });

  it('wakes watchers on commit and not on a roll-back', async () => {
    const { transactions, changeSignal } = given();
    const heard: (string | undefined)[] = [];
    const stop = changeSignal.subscribe((environment) => heard.push(environment));
    await transactions
      .run(async (manager) => {
        await changeSignal.notify(manager, 'undone');
        throw new Error('no');
      })
      .catch(() => undefined);
    await transactions.run((manager) => changeSignal.notify(manager, 'production'));
    await waitUntil(() => heard.includes('production'));
    stop();
    expect(heard.filter((environment) => environment !== undefined)).toEqual(['production']);
  });

  it('says that it is up', () => {
    expect(given().state.isUp()).toBe(true);
    expect(given().state.silentSeconds()).toBeLessThan(60);
  });
}

describe('given the embedded database', () => {
  let database: Database;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await temporaryFolder('guidon-embedded');
    database = await open(undefined, dataDir);
  }, 60_000);
  afterAll(() => database.close());

  keepsItsPromises(() => database);

  it('lets a press pass the transactions that wait', async () => {
    const order: string[] = [];
    const { transactions } = database;
    let release: (() => void) | undefined;
    const first = transactions.run(
      () =>
        new Promise<void>((done) => {
          release = done;
        }),
    );
    const waiting = transactions.run(async () => void order.push('ordinary'));
    const press = transactions.runReserved(async () => void order.push('press'));
    (await waitUntil(() => release))();
    await Promise.all([first, waiting, press]);
    expect(order).toEqual(['press', 'ordinary']);
  });

  it('refuses a second opening of the same folder', async () => {
    await expect(open(undefined, dataDir)).rejects.toThrow(/is using this data folder/);
  });

  it('keeps its rows over a restart', async () => {
    const before = await countOf(database);
    await database.close();
    database = await open(undefined, dataDir);
    expect(await countOf(database)).toBe(before);
  });

  it('is refused in production', async () => {
    const config = { dataDir, production: true };
    await expect(openDatabase({ config, entities: [], clock, log: SILENT_LOG })).rejects.toThrow(
      /DATABASE_URL/,
    );
  });

  it('has a template of the very version that is installed', () => {
    const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
    const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
    expect(TEMPLATE_FILE).toBe(`pglite-${version}.tgz`);
  });
});

describe('given a lock on the data folder', () => {
  it('takes it over from a process that is gone or whose number was given to another', async () => {
    for (const pid of [999_999_999, process.pid]) {
      const folder = await temporaryFolder();
      const stale = { pid, host: hostname(), began: 'long ago' };
      writeFileSync(join(folder, 'guidon.lock'), JSON.stringify(stale));
      const release = lockDataFolder(folder);
      expect(() => lockDataFolder(folder)).toThrow(/is using this data folder/);
      release();
      lockDataFolder(folder)();
    }
  });

  it('takes over one that is torn, and refuses one from another machine', async () => {
    const folder = await temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'guidon.lock'), '{"pid":');
    lockDataFolder(folder)();
    writeFileSync(join(folder, 'guidon.lock'), JSON.stringify({ pid: 1, host: 'elsewhere', began: 'x' }));
    expect(() => lockDataFolder(folder)).toThrow(/another machine \(elsewhere\).*delete/);
  });
});

const postgres: TestPostgres | undefined = await startPostgres();
const describePostgres = postgres === undefined ? describe.skip : describe;

describePostgres('given PostgreSQL', () => {
  let database: Database;
  let url: string;

  beforeAll(async () => {
    url = (await (postgres as TestPostgres).createDatabase()).url;
    database = await open(url, await temporaryFolder());
  }, 60_000);
  afterAll(() => database.close());

  keepsItsPromises(() => database);

  it('gives a press its own connection while the pool is full', async () => {
    const { transactions } = database;
    const releases: (() => void)[] = [];
    const busy = Array.from({ length: 12 }, () =>
      transactions.run(() => new Promise<void>((done) => releases.push(done))),
    );
    await waitUntil(() => releases.length >= 10);
    await expect(transactions.runReserved((manager) => manager.query('SELECT 1 AS one'))).resolves.toEqual([
      { one: 1 },
    ]);
    releases.forEach((release) => void release());
    await waitUntil(() => releases.length === 12);
    releases.forEach((release) => void release());
    await Promise.all(busy);
  });

  it('tells everybody to look again when the listening connection broke', async () => {
    const heard: (string | undefined)[] = [];
    const stop = database.changeSignal.subscribe((environment) => heard.push(environment));
    await database.dataSource.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'guidon-listen' AND datname = current_database()",
    );
    await waitUntil(() => heard.includes(undefined));
    await database.transactions.run((manager) => database.changeSignal.notify(manager, 'staging'));
    await waitUntil(() => heard.includes('staging'));
    stop();
  });

  it('outlives the loss of every connection', async () => {
    const { transactions, dataSource } = database;
    await dataSource.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'guidon-%' AND pid <> pg_backend_pid()",
    );
    for (const run of ['run', 'runReserved'] as const)
      await waitUntil(() =>
        transactions[run]((manager) => manager.query('SELECT 1')).then(
          () => true,
          () => false,
        ),
      );
    await waitUntil(() => database.state.isUp());
  });

  it('migrates once when two servers start together', async () => {
    const shared = (await (postgres as TestPostgres).createDatabase()).url;
    const folder = await temporaryFolder();
    const both = await Promise.all([open(shared, folder), open(shared, folder)]);
    const [row] = await both[0].dataSource.query('SELECT count(*)::int AS n FROM audit_head');
    expect(row.n).toBe(1);
    await Promise.all(both.map((each) => each.close()));
  });

  it('refuses a wrong database name at once and starts without an absent server', async () => {
    await expect(open(url.replace(/\/[^/]*$/, '/nowhere'), await temporaryFolder())).rejects.toThrow(
      /nowhere/,
    );
    const away = await open('postgresql://nobody@127.0.0.1:1/none', await temporaryFolder());
    expect(away.state.isUp()).toBe(false);
    await expect(away.transactions.run(async () => 1)).rejects.toMatchObject({
      code: 'database-unavailable',
    });
    await away.close();
  });
});
