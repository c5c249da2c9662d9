import { isInWave } from '@guidon/policy/waves';
import type { TelemetryReport } from '@guidon/protocol';
import { type FakeClock, fakeClock, startPostgres, temporaryFolder } from '@guidon/testkit';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { quickDatabaseVariables } from '../../test/quick-database.js';
import { openQuickStore } from '../../test/store-kit.js';
import { createServer, type RunningServer } from '../create-server.js';
import { createLog, type Database, loadConfig, SILENT_LOG } from '../kernel/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { createUsage, type Usage } from '../usage/index.js';
import { aWave, FakeBoard } from './create-waves.js';
import type { RunningWave } from './wave-board.js';
import { LOOK_MS, WaveWorker } from './wave-worker.js';
import { Waves } from './waves.service.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const STEP_MS = 10_000;
const CALLS_PER_STEP = 200;

/** How an application fares with one ruleset. */
interface Behaviour {
  readonly failing: number;
  /** Reports nothing. */
  readonly silent?: boolean;
  readonly rejects?: string;
  /** Serves nobody. */
  readonly idle?: boolean;
}

/** Seeded, so that the figures are the same everywhere: mulberry32 (T. Ettinger, public domain), written anew. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

let database: Database;
let places = 0;
beforeAll(async () => {
  database = await openQuickStore(await startPostgres());
});
afterAll(() => database.close());

/** A fleet whose reports go through the real store, under a board moved by the real judge. */
class Fleet {
  readonly clock: FakeClock = fakeClock();
  readonly usage: Usage;
  readonly board: FakeBoard;
  waves: Waves;
  readonly ids: readonly string[];
  /** Who ever had the candidate. */
  readonly reached = new Set<string>();
  isLeader = true;
  #random = randomFrom(20261123);
  #sequence = 0;
  #applied = new Map<string, RunningWave['stable']>();

  constructor(
    readonly fares: { readonly stable: Behaviour; readonly candidate: Behaviour },
    size = 20,
  ) {
    const { clock } = this;
    this.ids = Array.from({ length: size }, (_, index) => `pod-${index}`);
    this.usage = createUsage({
      transactions: database.transactions,
      clock,
      log: SILENT_LOG,
      registry: new Registry(),
    });
    const environment = `env-${++places}`;
    // The fleet lives for a while before the change comes.
    const wave = aWave({ environment, startedAtMs: clock.nowMs() + 3 * STEP_MS });
    this.board = new FakeBoard(wave, () => clock.nowMs());
    for (const id of this.ids) this.#applied.set(id, wave.stable);
    for (let step = 0; step < 3; step++) {
      for (const id of this.ids) this.#report(environment, id);
      clock.advance(STEP_MS);
    }
    this.waves = this.replica();
  }

  replica(): Waves {
    const { board, clock } = this;
    return new Waves({
      board,
      usage: this.usage.store,
      clock,
      log: SILENT_LOG,
      isLeader: () => this.isLeader,
    });
  }

  /** Lives on: everybody takes what it is served, works ten seconds, reports; then the waves are looked at. */
  async live(steps: number): Promise<void> {
    for (let step = 0; step < steps && this.board.wave !== undefined; step++) {
      const { environment } = this.board.wave;
      for (const [id, ruleset] of this.board.served(this.ids)) this.#take(id, ruleset);
      this.clock.advance(STEP_MS);
      for (const id of this.ids) this.#report(environment, id);
      await this.waves.look();
    }
  }

  last() {
    return this.board.moves.at(-1);
  }

  async judged() {
    return (await this.waves.list())[0];
  }

  #take(id: string, ruleset: RunningWave['stable']): void {
    const isNew = ruleset.revision === '2'.repeat(40);
    if (isNew) this.reached.add(id);
    if (!isNew || this.fares.candidate.rejects === undefined) this.#applied.set(id, ruleset);
  }

  #report(environment: string, instance: string): void {
    const applied = this.#applied.get(instance) as RunningWave['stable'];
    const { revision, generation, hash } = applied;
    const ruleset = { lineage: 'lin0', generation, hash };
    const isNew = revision === '2'.repeat(40);
    const fares = isNew ? this.fares.candidate : this.fares.stable;
    if (fares.silent) return;
    const { rejects } = this.fares.candidate;
    const isOffered = this.reached.has(instance) && rejects !== undefined && this.board.wave !== undefined;
    let bad = 0;
    for (let call = 0; call < CALLS_PER_STEP; call++) if (this.#random() < fares.failing) bad += 1;
    const total = CALLS_PER_STEP;
    const report: TelemetryReport = {
      format: 1,
      instance,
      boot: 'b1',
      client: 1,
      sequence: ++this.#sequence,
      sdk: { name: '@guidon/node', version: '0.1.0' },
      uptimeMs: 1000,
      environment,
      applied: ruleset,
      ...(isOffered
        ? {
            refused: {
              lineage: 'lin0',
              generation: this.board.wave?.candidate.generation ?? 0,
              result: 'rejected',
              reason: rejects,
            },
          }
        : {}),
      counts: fares.idle
        ? []
        : [
            {
              ruleset,
              ageMs: 0,
              lengthMs: STEP_MS,
              evaluations: total,
              errors: {},
              defaultsServed: 0,
              outcomes: [{ outcome: 'http.error', total, bad }],
            },
          ],
      dropped: 0,
    };
    this.usage.store.take(report, { environment, nowMs: this.clock.nowMs() });
  }
}

const WELL: Behaviour = { failing: 0.001 };
const MINUTES = 6;

describe('a change', () => {
  it('that makes the app of the first wave fail never reaches more than the first wave', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: { failing: 0.2 } });
    await fleet.live(60 * MINUTES);
    expect(fleet.board.wave).toBeUndefined();
    expect(fleet.reached.size).toBe(1);
    expect(fleet.board.moves).toHaveLength(1);
    expect(fleet.last()).toMatchObject({
      move: { kind: 'roll-back' },
      actor: 'system:waves',
      reason: expect.stringContaining('Failed calls'),
      evidence: { signals: { failedCalls: { verdict: 'fail' } } },
    });
    // Within a minute of the start: long before the first hold is over.
    expect((fleet.last()?.atMs ?? 0) - fleet.clock.nowMs()).toBeGreaterThan(-60_000);
  });

  it('that does no harm reaches everybody in three holds', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: WELL });
    const startMs = fleet.clock.nowMs();
    await fleet.live(60 * MINUTES);
    expect(fleet.board.moves.map(({ move }) => move)).toEqual([
      { kind: 'advance', stage: 1 },
      { kind: 'advance', stage: 2 },
      { kind: 'finish' },
    ]);
    expect((fleet.last()?.atMs ?? 0) - startMs).toBeLessThanOrEqual(5 * 60_000);
  });

  it('that an instance rejects is taken back at once, with its reason', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: { ...WELL, rejects: 'It has a newer format.' } });
    await fleet.live(60);
    expect(fleet.reached.size).toBe(1);
    expect(fleet.board.moves).toHaveLength(1);
    expect(fleet.last()).toMatchObject({
      move: { kind: 'roll-back' },
      reason: expect.stringContaining('It has a newer format.'),
      evidence: { instances: [[...fleet.reached][0]] },
    });
  });

  it('after which the first wave falls silent holds, and is taken back after ten minutes', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: { ...WELL, silent: true } });
    const startMs = fleet.clock.nowMs();
    await fleet.live(6);
    expect(fleet.board.moves).toEqual([]);
    expect(await fleet.judged()).toMatchObject({ decision: 'hold', cause: 'silent' });
    await fleet.live(120);
    expect(fleet.reached.size).toBe(1);
    expect(fleet.board.moves.map(({ move }) => move.kind)).toEqual(['roll-back']);
    expect((fleet.last()?.atMs ?? 0) - startMs).toBeGreaterThan(600_000);
  });

  it('where no instance was ever heard of goes by time alone', async () => {
    const fleet = new Fleet({ stable: { ...WELL, silent: true }, candidate: { ...WELL, silent: true } });
    await fleet.live(5);
    expect(fleet.board.moves).toEqual([]);
    expect(await fleet.judged()).toMatchObject({
      decision: 'hold',
      cause: 'holding',
      members: { candidate: 0, adopted: 0, control: 0 },
    });
    await fleet.live(90);
    expect(fleet.last()?.move).toEqual({ kind: 'finish' });
    const waited = fleet.board.moves.map(
      ({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? atMs - 60_000),
    );
    expect(Math.min(...waited)).toBeGreaterThanOrEqual(60_000);
  });

  it('in a fleet that serves nobody holds until somebody calls', async () => {
    const idle = { ...WELL, idle: true };
    const fares: { stable: Behaviour; candidate: Behaviour } = { stable: idle, candidate: idle };
    const fleet = new Fleet(fares);
    await fleet.live(75);
    expect(fleet.board.moves).toEqual([]);
    expect(await fleet.judged()).toMatchObject({
      decision: 'hold',
      cause: 'no-data',
      members: { adopted: 1 },
    });
    Object.assign(fares, { stable: WELL, candidate: WELL });
    await fleet.live(60);
    expect(fleet.last()?.move).toEqual({ kind: 'finish' });
  });

  it('keeps its evidence when a rollout publishes both rulesets anew in the middle of it', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: { failing: 0.004 } });
    await fleet.live(3);
    fleet.board.republish();
    await fleet.live(1);
    expect((await fleet.judged())?.members).toMatchObject({ candidate: 1, adopted: 1 });
    const late = fleet.replica();
    const fresh = (await late.list())[0]?.evidence.signals.failedCalls?.candidate.exposures;
    const kept = (await fleet.judged())?.evidence.signals.failedCalls?.candidate.exposures;
    expect([fresh, kept]).toEqual([CALLS_PER_STEP, 4 * CALLS_PER_STEP]);
  });
});

it('lets one instance in where the share is less than one, and judges by that', async () => {
  const bad = new Fleet({ stable: WELL, candidate: { failing: 0.2 } }, 3);
  await bad.live(1);
  expect([bad.reached.size, bad.board.wave?.admitted]).toEqual([0, expect.stringMatching(/^pod-/)]);
  await bad.live(30);
  expect([...bad.reached]).toHaveLength(1);
  expect(bad.last()?.move).toEqual({ kind: 'roll-back' });
  const good = new Fleet({ stable: WELL, candidate: WELL }, 3);
  await good.live(120);
  expect(good.last()?.move).toEqual({ kind: 'finish' });
});

it('takes an instance that is served and never reports for silent, not for healthy', async () => {
  const fleet = new Fleet({ stable: WELL, candidate: WELL });
  const { board, clock } = fleet;
  const { environment, waveId } = board.wave as RunningWave;
  const hidden = Array.from({ length: 5000 }, (_, index) => `hidden-${index}`)
    .filter((id) => isInWave(id, waveId, 1))
    .slice(0, 2);
  const silent = hidden.map((instance) => ({ instance, sinceMs: 0 }));
  const silence = {
    look: async () => {},
    of: async (asked: string) => (asked === environment ? silent : []),
  };
  const usage = fleet.usage.store;
  fleet.waves = new Waves({ board, usage, clock, log: SILENT_LOG, isLeader: () => true, silence });
  await fleet.live(12);
  expect(await fleet.judged()).toMatchObject({ decision: 'hold', cause: 'silent' });
  await fleet.live(60);
  expect(board.moves.map(({ move }) => move.kind)).toEqual(['roll-back']);
  expect(fleet.last()?.reason).toContain('hidden-');
});

describe('the one who moves', () => {
  it('is the leader alone, and one of two who look at once', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: { failing: 0.2 } });
    fleet.isLeader = false;
    await fleet.live(3);
    expect(fleet.board.moves).toEqual([]);
    fleet.isLeader = true;
    await Promise.all([fleet.waves.look(), fleet.replica().look()]);
    expect(fleet.board.moves).toHaveLength(1);
  });

  it('leaves a wave where it is while the database is away, and says so', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: WELL });
    const away = () => Promise.reject(new DomainError('database-unavailable', { detail: 'It is away.' }));
    const usage = { flush: async () => false, instances: away, counts: away };
    const { board, clock } = fleet;
    const waves = new Waves({ board, usage, clock, log: SILENT_LOG, isLeader: () => true });
    clock.advance(3_600_000);
    await waves.look();
    expect(board.moves).toEqual([]);
    expect((await waves.list())[0]).toMatchObject({
      decision: 'hold',
      cause: 'no-data',
      reason: expect.stringContaining('It is away.'),
    });
  });

  it('may be a person, who gives a reason and says where the wave was seen', async () => {
    const fleet = new Fleet({ stable: WELL, candidate: WELL });
    const { waveId, environment } = fleet.board.wave as RunningWave;
    const by = { reason: 'The shop is closed', actor: 'key:ada1/ada@acme.example' };
    const advance = (stage?: number) => fleet.waves.moveByHand(waveId, 'advance', { ...by, stage });
    expect(await advance(0)).toEqual({ id: waveId, environment, moved: 'advance', stage: 1 });
    await expect(advance(0)).rejects.toMatchObject({ code: 'wave-moved' });
    expect(await fleet.waves.moveByHand(waveId, 'roll-back', by)).toMatchObject({ moved: 'roll-back' });
    expect(fleet.board.moves).toMatchObject([
      { move: { kind: 'advance', stage: 1 }, ...by },
      { move: { kind: 'roll-back' }, ...by },
    ]);
    await expect(advance()).rejects.toMatchObject({ code: 'wave-not-found' });
  });

  it('looks every five seconds, one look at a time, until it is stopped', async () => {
    const clock = fakeClock();
    let looks = 0;
    let end: () => void = () => {};
    const look = () => {
      looks += 1;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    };
    const worker = new WaveWorker({ waves: { look }, clock });
    worker.start();
    await clock.advanceAsync(3 * LOOK_MS);
    expect(looks).toBe(1);
    end();
    await clock.advanceAsync(LOOK_MS);
    expect(looks).toBe(2);
    end();
    await worker.stop();
    expect(clock.pending()).toBe(0);
  });
});

describe('over HTTP', () => {
  let server: RunningServer;
  beforeAll(async () => {
    const config = loadConfig(
      {
        PORT: '0',
        GUIDON_GIT_URL: 'file:///nowhere.git',
        GUIDON_DATA_DIR: await temporaryFolder(),
        ...(await quickDatabaseVariables()),
      },
      '/',
    );
    if (!config.ok) throw new Error(JSON.stringify(config.problems));
    server = await createServer({ config: config.config, log: createLog('silent') });
  });
  afterAll(() => server?.close());

  async function call(path: string, key: string | undefined, body?: unknown) {
    const response = await fetch(`${server.url}${path}`, {
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) };
  }

  it('lists and moves waves for admin keys, with a reason', async () => {
    const { admin, server: serverKey } = server.keys;
    expect(await call('/api/v1/waves', admin)).toEqual({ status: 200, json: { waves: [] } });
    expect(await call('/api/v1/waves', serverKey)).toMatchObject({ status: 403 });
    for (const move of ['advance', 'roll-back']) {
      const path = `/api/v1/waves/w1/${move}`;
      expect(await call(path, admin, { reason: 'The shop is closed' })).toMatchObject({
        status: 404,
        json: { code: 'wave-not-found' },
      });
      const blank = await call(path, admin, { reason: ' ', stage: -1 });
      expect(blank).toMatchObject({ status: 400, json: { violations: [{}, {}] } });
    }
  });

  it('asks a client to report later while no project is known', async () => {
    const answer = await call('/sdk/v1/telemetry', server.keys.server, { format: 1 });
    expect(answer).toMatchObject({ status: 503, json: { code: 'snapshot-unavailable' } });
    expect(await call('/sdk/v1/telemetry', server.keys.admin, { format: 1 })).toMatchObject({ status: 403 });
  });
});
