import { evaluate } from '@guidon/engine/evaluate';
import type { Plan, Snapshot } from '@guidon/engine/model';
import {
  aFlag,
  aProject,
  aSnapshot,
  fakeClock,
  serving,
  startPostgres,
  type TestPostgres,
  waitUntil,
} from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  ASKER,
  aReplica,
  auditEntries,
  openStore,
  type Replica,
  serveSnapshot,
} from '../../test/store-kit.js';
import type { LiveChange } from '../catalog/index.js';
import type { Database } from '../kernel/database/index.js';
import { SILENT_LOG } from '../kernel/log/index.js';
import { ExpiryWorker } from './expiry-worker.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const PLAN: Plan = { stages: [], guards: [], alpha: 0.05, holdoutParts: 0, windows: [] };

function shop(): Snapshot {
  const bucketing = { by: ['targetingKey'], salt: 's', algorithm: 'native' } as const;
  const on = new Map([
    ['development', serving('on')],
    ['production', serving('on')],
  ]);
  const rollout = { to: { serve: 'on' }, bucketing, plan: PLAN };
  return aSnapshot(
    [
      aFlag({ key: 'checkout', environments: on, tags: ['pay'] }),
      aFlag({ key: 'constructor', environments: on, owner: 'search' }),
      aFlag({ key: 'login', environments: on, essential: true }),
      aFlag({ key: 'unlisted', environments: new Map() }),
      aFlag({ key: 'rolling', environments: new Map([['production', { ...serving('off'), rollout }]]) }),
    ],
    { project: aProject({ tags: ['pay'] }) },
  );
}

function press(replica: Replica, changes: object = {}, asker: object = {}) {
  const request = { scope: { flag: 'checkout' }, environments: ['production'], reason: 'Payments fail' };
  return replica.killSwitch.press({ ...request, ...changes } as never, { ...ASKER, ...asker });
}

function serves(replica: Replica, flag: string, environment = 'production'): unknown {
  const live = replica.live.current(environment);
  return live === undefined ? undefined : evaluate(live.view, flag, { targetingKey: 'u' }, 0).variant;
}

/** The same promises on both databases. */
function keepsItsPromises(given: () => Database): void {
  let replica: Replica;

  beforeAll(() => {
    replica = aReplica(given());
    serveSnapshot(replica.live, shop());
  });

  it('serves safe at once, says so, and lets the flag go again', async () => {
    const heard: LiveChange['kind'][] = [];
    const stop = replica.live.subscribe((change) => heard.push(change.kind));
    const takeAway = replica.reach.offer({
      streamsOpen: (environment) => (environment === 'production' ? 7 : 0),
      holders: () => [],
    });
    expect(serves(replica, 'checkout')).toBe('on');
    const answer = await press(replica);
    expect(answer).toMatchObject({
      dryRun: false,
      durability: 'database',
      reach: { replicas: 1, streams: 7 },
      targets: [{ flag: 'checkout', environment: 'production' }],
      actor: ASKER.actor,
    });
    expect(serves(replica, 'checkout')).toBe('off');
    expect(serves(replica, 'checkout', 'development')).toBe('on');
    const document = await replica.killSwitch.revive(answer.id as string, 'Mended', ASKER);
    expect(document).toMatchObject({ id: answer.id, revivedBy: ASKER.actor, reviveReason: 'Mended' });
    expect(serves(replica, 'checkout')).toBe('on');
    expect(heard).toEqual(['kill', 'revive']);
    const { stillHeld, ...revived } = document;
    expect(stillHeld).toEqual([]);
    expect(await replica.killSwitch.get(answer.id as string)).toEqual(revived);
    takeAway();
    stop();
  });

  it('writes one audit entry for each change, in the same transaction', async () => {
    const before = (await auditEntries(given())).length;
    const { id } = await press(replica, { scope: { tag: 'pay' } });
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
    await replica.killSwitch.revive(id as string, 'Mended again', ASKER);
    const entries = (await auditEntries(given())).slice(before);
    expect(entries).toMatchObject([
      {
        action: 'kill.press',
        actor: ASKER.actor,
        reason: 'Payments fail',
        environments: ['production'],
        subject: { kill: id },
      },
      { action: 'kill.revive', reason: 'Mended', subject: { kill: id } },
    ]);
  });

  it('is content when the same thing is pressed twice, and one revival then frees it', async () => {
    const first = await press(replica);
    const second = await press(replica, { reason: 'I press too' });
    expect(second.id).toBe(first.id);
    await replica.killSwitch.revive(first.id as string, 'Mended', ASKER);
    expect(serves(replica, 'checkout')).toBe('on');
    const third = await press(replica);
    expect(third.id).not.toBe(first.id);
    await replica.killSwitch.revive(third.id as string, 'Mended', ASKER);
  });

  it('makes one kill of twenty presses at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => press(replica, { scope: { team: 'search' } })),
    );
    const ids = new Set(answers.map((answer) => answer.id));
    expect(ids.size).toBe(1);
    expect(serves(replica, 'constructor')).toBe('off');
    await Promise.all([...ids].map((id) => replica.killSwitch.revive(id as string, 'Mended', ASKER)));
    expect(serves(replica, 'constructor')).toBe('on');
  });

  it('gives the first answer again for the same idempotency key', async () => {
    const asker = { idempotencyKey: `key-${Math.random()}` };
    const first = await press(replica, {}, asker);
    await replica.killSwitch.revive(first.id as string, 'Mended', ASKER);
    const again = await press(replica, {}, asker);
    expect(again).toMatchObject({ ...first, revivedBy: ASKER.actor });
    expect(serves(replica, 'checkout')).toBe('on');
  });

  it('answers a repeated press from what was written, whatever the scope would mean by now', async () => {
    const asker = { idempotencyKey: `key-${Math.random()}` };
    const first = await press(replica, { scope: { tag: 'pay' } }, asker);
    const moved = (key: string, tags: string[]) => aFlag({ key, environments: new Map(), tags });
    serveSnapshot(
      replica.live,
      aSnapshot([moved('checkout', []), moved('late', ['pay'])], { project: aProject({ tags: ['pay'] }) }),
    );
    expect(await press(replica, { scope: { tag: 'pay' } }, asker)).toEqual(first);
    serveSnapshot(replica.live, aSnapshot([moved('checkout', [])], { project: aProject({ tags: ['pay'] }) }));
    expect(await press(replica, { scope: { tag: 'pay' } }, asker)).toEqual(first);
    await expect(press(replica, { scope: { tag: 'pay' } })).rejects.toMatchObject({ code: 'scope-empty' });
    const fresh = press(replica, { scope: { tag: 'pay' } }, { idempotencyKey: `key-${Math.random()}` });
    await expect(fresh).rejects.toMatchObject({ code: 'scope-empty' });
    await replica.killSwitch.revive(first.id as string, 'Mended', ASKER);
    serveSnapshot(replica.live, shop());
  });

  it('names what another kill still holds after a revival, and who revived before', async () => {
    const { id: one } = await press(replica);
    const { id: two } = await press(replica, { scope: { tag: 'pay' }, environments: 'all' });
    const first = await replica.killSwitch.revive(one as string, 'Mended', ASKER);
    expect(first.stillHeld).toEqual([{ flag: 'checkout', environment: 'production', kills: [two] }]);
    expect(first).not.toHaveProperty('alreadyRevived');
    expect(serves(replica, 'checkout')).toBe('off');
    const other = { ...ASKER, actor: 'bo@acme.example' };
    const second = await replica.killSwitch.revive(one as string, 'Mended too', other);
    expect(second).toMatchObject({ alreadyRevived: true, revivedBy: ASKER.actor, reviveReason: 'Mended' });
    const last = await replica.killSwitch.revive(two as string, 'Mended', ASKER);
    expect(last.stillHeld).toEqual([]);
    expect(serves(replica, 'checkout')).toBe('on');
  });

  it('changes nothing in a dry run', async () => {
    const before = (await auditEntries(given())).length;
    const answer = await press(replica, { scope: { all: true }, environments: 'all', dryRun: true });
    expect(answer.dryRun).toBe(true);
    expect(answer).not.toHaveProperty('durability');
    expect(answer.id).toBeUndefined();
    expect(answer.targets).toHaveLength(8);
    expect(answer.targets).not.toContainEqual({ flag: 'login', environment: 'production' });
    expect(serves(replica, 'checkout')).toBe('on');
    expect(await auditEntries(given())).toHaveLength(before);
  });

  it('fixes the scope at the press: a tag that moves on frees nothing', async () => {
    const { id } = await press(replica, { scope: { tag: 'pay' } });
    const moved = shop();
    serveSnapshot(replica.live, {
      ...moved,
      flags: new Map([...moved.flags].map(([key, flag]) => [key, { ...flag, tags: [] }])),
    });
    expect(serves(replica, 'checkout')).toBe('off');
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
    serveSnapshot(replica.live, shop());
  });

  it('refuses what it cannot hit, with a hint', async () => {
    await expect(press(replica, { scope: { flag: 'chekout' } })).rejects.toThrow(/Did you mean "checkout"/);
    await expect(press(replica, { environments: ['prod'] })).rejects.toThrow(/Did you mean "production"/);
    await expect(press(replica, { scope: { tag: 'nope' } })).rejects.toThrow(/the tags are pay/);
    await expect(press(replica, { scope: { commit: 'abcdef0' } })).rejects.toMatchObject({
      code: 'scope-empty',
    });
    await expect(press(replica, { expiresAt: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    await expect(replica.killSwitch.get('01NOPE')).rejects.toMatchObject({ code: 'kill-not-found' });
    await expect(replica.killSwitch.revive('01NOPE', 'because', ASKER)).rejects.toMatchObject({
      code: 'kill-not-found',
    });
  });

  it('says snapshot-unavailable before anything was loaded', async () => {
    await expect(press(aReplica(given()))).rejects.toMatchObject({ code: 'snapshot-unavailable' });
  });

  it('reaches another replica and one that starts later', async () => {
    const other = aReplica(given());
    serveSnapshot(other.live, shop());
    await other.watcher.start();
    const { id } = await press(replica);
    await waitUntil(() => serves(other, 'checkout') === 'off');
    const late = aReplica(given());
    serveSnapshot(late.live, shop());
    await late.ledger.refresh();
    expect(serves(late, 'checkout')).toBe('off');
    const digests = [replica, other, late].map((it) => it.live.current('production')?.killDigest);
    expect(new Set(digests).size).toBe(1);
    await late.killSwitch.revive(id as string, 'Mended', ASKER);
    await waitUntil(() => serves(other, 'checkout') === 'on');
    await other.watcher.stop();
    await replica.ledger.refresh();
    expect(serves(replica, 'checkout')).toBe('on');
  });

  it('lifts an expired kill only where nothing is protected, and reports the rest overdue', async () => {
    const clock = fakeClock(Date.now());
    const own = aReplica(given(), clock);
    serveSnapshot(own.live, shop());
    const expiry = new ExpiryWorker({ ...own.killSwitchParts, log: SILENT_LOG });
    const expiresAt = new Date(clock.nowMs() + 60_000).toISOString();
    const mixed = await press(own, { environments: 'all', expiresAt });
    const loose = await press(own, { scope: { team: 'search' }, environments: ['development'], expiresAt });
    await expiry.sweep();
    expect(serves(own, 'checkout', 'development')).toBe('off');
    clock.advance(60_000);
    const gaps: unknown[] = [];
    const stop = own.live.subscribe(() => gaps.push(serves(own, 'checkout')));
    await expiry.sweep();
    await expiry.sweep();
    stop();
    expect(new Set(gaps)).toEqual(new Set(['off']));
    expect(serves(own, 'checkout', 'development')).toBe('on');
    expect(serves(own, 'constructor', 'development')).toBe('on');
    expect(serves(own, 'checkout')).toBe('off');
    const kills = await own.killSwitch.list();
    expect(kills.find((kill) => kill.id === mixed.id)?.revivedBy).toBe('system:kill-expiry');
    expect(kills.find((kill) => kill.id === loose.id)?.revivedBy).toBe('system:kill-expiry');
    const rest = kills.find((kill) => (kill as { continues?: string }).continues === mixed.id);
    expect(rest).toMatchObject({ overdue: true, targets: [{ flag: 'checkout', environment: 'production' }] });
    await own.killSwitch.revive(rest?.id as string, 'A person decides', ASKER);
    await replica.ledger.refresh();
  });

  it('refuses to change or forget a kill, in the database itself', async () => {
    const { id } = await press(replica);
    for (const sql of [
      'DELETE FROM kills',
      "UPDATE kill_targets SET flags = '{x}'",
      'TRUNCATE kill_revivals',
    ]) {
      await expect(given().transactions.run((manager) => manager.query(sql))).rejects.toThrow(/only grows/);
    }
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
  });

  it('stops twenty thousand targets with one press', async () => {
    const many = aReplica(given());
    const flags = Array.from({ length: 10_000 }, (_, index) => aFlag({ key: `f-${index}` }));
    serveSnapshot(many.live, aSnapshot(flags));
    const answer = await press(many, { scope: { all: true }, environments: 'all' });
    expect(answer.targets).toHaveLength(20_000);
    expect(serves(many, 'f-9999', 'development')).toBe('off');
    await many.killSwitch.revive(answer.id as string, 'Mended', ASKER);
    expect(serves(many, 'f-9999', 'development')).toBe('on');
    await replica.ledger.refresh();
  });
}

describe('given the embedded database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore(undefined);
  }, 60_000);
  afterAll(() => database?.close());

  keepsItsPromises(() => database);
});

const postgres: TestPostgres | undefined = await startPostgres();

(postgres === undefined ? describe.skip : describe)('given PostgreSQL', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openStore((await postgres?.createDatabase())?.url);
  }, 60_000);
  afterAll(() => database?.close());

  keepsItsPromises(() => database);

  it('is not held up by a publication that has the heads locked', async () => {
    const replica = aReplica(database);
    serveSnapshot(replica.live, shop());
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const publication = database.transactions.run(async (manager) => {
      await manager.query('SELECT 1 FROM heads FOR UPDATE');
      await manager.query('SELECT 1 FROM store FOR UPDATE');
      await held;
    });
    const { id } = await press(replica);
    expect(serves(replica, 'checkout')).toBe('off');
    release();
    await publication;
    await replica.killSwitch.revive(id as string, 'Mended', ASKER);
  });
});
