import { createGuidon, type GuidonClient } from '@guidon/node';
import {
  createGitRemote,
  flagFile,
  type GitRemote,
  projectFile,
  serveGitOverHttp,
  startPostgres,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { BuiltServer } from './built-server.js';
import { createTcpSwitch, type TcpSwitch } from './tcp-switch.js';

// Each test waits for a lease of ten seconds to run out.
jest.setTimeout(120_000);

/** The lease, and by how much a busy machine may wake somebody late. */
const TAKE_OVER_MS = 10_000 + 2_000;

const postgres = await startPostgres();

interface Place {
  readonly lineage: string;
  readonly generation: number;
}

/** Reads the stream of one server as an SDK does, over restarts, and keeps every place that it was told. */
function followStream(server: BuiltServer): { readonly places: Place[]; stop(): void } {
  const places: Place[] = [];
  const abort = new AbortController();
  const read = async (): Promise<void> => {
    const headers = { authorization: `Bearer ${server.keys.server}` };
    const answer = await fetch(`${server.url}/sdk/v1/stream`, { headers, signal: abort.signal });
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString('utf8');
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: ?(.*)$/m.exec(event)?.[1];
        if (!/^event: ?(ruleset|patch)$/m.test(event) || data === undefined) continue;
        const { lineage, generation } = JSON.parse(data) as Place;
        places.push({ lineage, generation });
      }
    }
  };
  const again = (): void => {
    if (abort.signal.aborted) return;
    void read()
      .catch(() => undefined)
      .then(() => setTimeout(again, 50).unref());
  };
  again();
  return { places, stop: () => abort.abort() };
}

function isGrowing(generations: readonly number[]): boolean {
  return generations.every((generation, index) => generation >= (generations[index - 1] ?? 0));
}

(postgres === undefined ? describe.skip : describe)('given two servers on one PostgreSQL', () => {
  let remote: GitRemote;
  let git: TcpSwitch;
  let database: pg.Client;
  let leader: BuiltServer;
  let follower: BuiltServer;
  let streams: ReturnType<typeof followStream>[];
  let application: GuidonClient;
  /** Generations as the SDK told them. */
  const seen: number[] = [];
  const pushed: string[] = [];
  let watch: NodeJS.Timeout;

  beforeAll(async () => {
    remote = await createGitRemote({
      files: { 'flags/guidon.yaml': projectFile(), 'flags/checkout.yaml': flagFile() },
    });
    const served = new URL((await serveGitOverHttp(remote)).url);
    git = await createTcpSwitch([Number(served.port)]);
    const databaseUrl = (await postgres?.createDatabase())?.url ?? '';
    const options = { gitUrl: `http://127.0.0.1:${git.port}${served.pathname}`, databaseUrl };
    leader = await BuiltServer.prepare(options);
    follower = await BuiltServer.prepare({ ...options, sharesWith: leader });
    await leader.start();
    await follower.start();
    database = new pg.Client({ connectionString: databaseUrl });
    await database.connect();
    streams = [leader, follower].map(followStream);
    const balancer = await createTcpSwitch([leader.port, follower.port]);
    // That streams break is what this is about.
    const logger = { warn() {}, error() {} };
    application = createGuidon({ url: `http://127.0.0.1:${balancer.port}`, key: leader.keys.server, logger });
    await application.ready();
    watch = setInterval(() => {
      const { generation } = application.status();
      if (generation !== undefined && seen.at(-1) !== generation) seen.push(generation);
    }, 2);
  }, 120_000);

  afterAll(async () => {
    clearInterval(watch);
    for (const stream of streams) stream.stop();
    application.close();
    await Promise.all([leader.kill(), follower.kill()]);
    await database.end();
  });

  let edits = 0;
  /** Every edit changes what is served. */
  async function push(): Promise<string> {
    edits += 1;
    const serve = { development: edits % 2 === 0 ? 'on' : 'off' } as const;
    const commit = await remote.publish({ 'flags/checkout.yaml': flagFile({ serve }) }, `Edit ${edits}`);
    pushed.push(commit);
    return commit;
  }

  /** Until as many connections of a server wait for a lock that the test holds. */
  const someoneWaits = () =>
    waitUntil(
      async () =>
        (
          await database.query(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          )
        ).rowCount,
      { what: 'the leader waited for the lock' },
    );

  async function holding<T>(lock: string, work: () => Promise<T>): Promise<T> {
    await database.query('BEGIN');
    try {
      await database.query(lock);
      return await work();
    } finally {
      await database.query('ROLLBACK');
    }
  }

  /** As a power cut would end it. Returns how long it then took until another server led. */
  async function killLeader(): Promise<{ readonly takenOverMs: Promise<number> }> {
    const epoch = async () => (await database.query('SELECT epoch FROM leases')).rows[0].epoch as string;
    const before = await epoch();
    await leader.kill();
    const killedAtMs = performance.now();
    const takenOver = waitUntil(async () => (await epoch()) !== before, {
      timeoutMs: 2 * TAKE_OVER_MS,
      what: 'another server led',
    });
    return { takenOverMs: takenOver.then(() => performance.now() - killedAtMs) };
  }

  /** The other server leads from now on; the one that was killed comes back as its follower. */
  async function changePlaces(): Promise<void> {
    [leader, follower] = [follower, leader];
    await follower.start();
  }

  const servedAt = async (server: BuiltServer) => (await server.syncStatus()).revision;

  test('takes over when the leader is killed while it fetches, and serves whoever had asked', async () => {
    git.hold();
    const first = await push();
    const asked = follower.sync();
    await waitUntil(() => git.waiting() > 0, { what: 'the leader fetched' });
    const { takenOverMs } = await killLeader();
    const second = await push();
    git.release();
    expect(await takenOverMs).toBeLessThan(TAKE_OVER_MS);
    expect((await asked).revision).toBe(second);
    expect(await servedAt(follower)).not.toBe(first);
    await changePlaces();
  });

  test('undoes what a killed leader was publishing, and publishes it once', async () => {
    const before = await database.query('SELECT sequence FROM audit_head');
    const { asked, first, takenOverMs } = await holding('SELECT 1 FROM store FOR UPDATE', async () => {
      const commit = await push();
      const asking = follower.sync();
      await someoneWaits();
      return { asked: asking, first: commit, ...(await killLeader()) };
    });
    expect(await takenOverMs).toBeLessThan(TAKE_OVER_MS);
    expect((await asked).revision).toBe(first);
    const after = await database.query('SELECT sequence FROM audit_head');
    // The question and the revision, and nothing of the publication that was cut off.
    expect(Number(after.rows[0].sequence) - Number(before.rows[0].sequence)).toBe(2);
    await changePlaces();
  });

  test('publishes nothing twice when the leader is killed between publishing and saying so', async () => {
    const { first, takenOverMs } = await holding('SELECT 1 FROM sync_board FOR UPDATE', async () => {
      const commit = await push();
      const cut = leader.sync().catch(() => 'cut off');
      await someoneWaits();
      await waitUntil(async () => (await servedAt(follower)) === commit);
      const killed = await killLeader();
      expect(await cut).toBe('cut off');
      return { first: commit, ...killed };
    });
    expect(await follower.sync()).toMatchObject({ head: first, revision: first });
    expect(await takenOverMs).toBeLessThan(TAKE_OVER_MS);
    const last = await push();
    expect((await follower.sync()).revision).toBe(last);
    await changePlaces();
  });

  test('has lost no revision, applied none twice, and turned no generation back', async () => {
    const last = pushed.at(-1);
    await waitUntil(async () => (await servedAt(leader)) === last && (await servedAt(follower)) === last);
    const { rows } = await database.query(
      'SELECT commit_id, count(*)::int AS n FROM revisions WHERE published GROUP BY commit_id',
    );
    const published = new Map(rows.map((row) => [row.commit_id, row.n]));
    expect([...published.values()].every((count) => count === 1)).toBe(true);
    // The first push was overtaken by the second before anybody could read it.
    for (const commit of pushed.slice(1)) expect(published.has(commit)).toBe(true);
    const entries = await database.query(
      "SELECT body::json ->> 'commit' AS commit FROM audit_entries WHERE body::json ->> 'action' = 'revision.publish'",
    );
    expect(entries.rows.map((row) => row.commit).sort()).toEqual([...published.keys()].sort());
    const [head] = (await database.query("SELECT * FROM heads WHERE environment = 'development'")).rows;
    const steps = await database.query(
      "SELECT generation::int AS generation FROM rulesets WHERE environment = 'development' ORDER BY generation",
    );
    expect(steps.rows.map((row) => row.generation)).toEqual(
      Array.from({ length: Number(head.generation) }, (_, index) => index + 1),
    );

    const generation = Number(head.generation);
    await waitUntil(() => application.status().generation === generation);
    await waitUntil(() => streams.every(({ places }) => places.at(-1)?.generation === generation));
    const told = streams.map(({ places }) => places.map((place) => place.generation));
    for (const generations of [...told, seen]) {
      expect(generations.length).toBeGreaterThan(2);
      expect(isGrowing(generations)).toBe(true);
    }
    const lineages = streams.flatMap(({ places }) => places.map((place) => place.lineage));
    expect(new Set(lineages).size).toBe(1);
  });
});
