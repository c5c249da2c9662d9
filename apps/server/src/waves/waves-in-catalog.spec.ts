import { evaluate } from '@guidon/engine/evaluate';
import {
  createGitRemote,
  type FakeClock,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
} from '@guidon/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import {
  ASKER,
  aSyncingReplica,
  auditEntries,
  openQuickStore,
  type SyncingReplica,
} from '../../test/store-kit.js';
import type { LiveEnvironment } from '../catalog/index.js';
import { hasCandidate } from '../catalog/wave-membership.js';
import { type Database, SILENT_LOG, SOLE_LEADER } from '../kernel/index.js';
import { createUsage, type Usage } from '../usage/index.js';
import { CatalogBoard } from './catalog-board.js';
import { Waves } from './waves.service.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const postgres = await startPostgres();

const OFF = flagFile({ serve: { development: 'on', production: 'off' } });
/** Other content in production that serves the same. */
const ruled = (country: string) =>
  OFF.replace(
    'production: off',
    `production:\n    rules:\n      - { id: north, when: { country: ${country} }, serve: off }\n    serve: off`,
  );
const RULED = ruled('NO');
const WAVES = '[{ percent: 1, hold: 60s }, { percent: 10, hold: 60s }, { percent: 50, hold: 60s }]';
const PODS = Array.from({ length: 40 }, (_, index) => `pod-${index}`);
const STEP_MS = 10_000;
const CALLS = 200;

let database: Database;
let remote: GitRemote;
let clock: FakeClock;
let replica: SyncingReplica;
let usage: Usage;
let waves: Waves;
let sequence = 0;
let first: string;
/** Which pods ever had something else than the first revision. */
const reached = new Set<string>();

beforeAll(async () => {
  database = await openQuickStore(postgres);
});
afterAll(() => database.close());

/** Every test goes on with the store of the one before, on a clock that goes on as well. */
beforeEach(async () => {
  clock = fakeClock(clock === undefined ? undefined : clock.nowMs());
  remote ??= await createGitRemote({
    files: {
      'flags/guidon.yaml': projectFile({ waves: WAVES }),
      'flags/checkout.yaml': OFF,
      'flags/login.yaml': OFF,
    },
  });
  replica = await aSyncingReplica(database, remote.url, { clock, isInWave: hasCandidate });
  usage = createUsage({
    ...{ transactions: database.transactions, clock, log: SILENT_LOG },
    registry: new Registry(),
  });
  const board = new CatalogBoard(replica.waves, SOLE_LEADER);
  waves = new Waves({ board, usage: usage.store, clock, log: SILENT_LOG, isLeader: () => true });
  await replica.sync.sync();
  first = served('nobody').revision;
  reached.clear();
  await live(3, () => 0.001);
});

function served(pod: string): LiveEnvironment {
  const live = replica.live.rulesetFor('production', pod);
  if (live === undefined) throw new Error('production serves nothing');
  return live;
}

/** Every pod takes what it is served, works ten seconds and reports; then the waves are looked at. */
async function live(steps: number, failing: (revision: string) => number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const had = new Map(PODS.map((pod) => [pod, served(pod)]));
    clock.advance(STEP_MS);
    for (const [pod, { revision, lineage, generation, hash }] of had) {
      if (revision !== first) reached.add(pod);
      const ruleset = { lineage, generation, hash };
      const outcomes = [{ outcome: 'http.error', total: CALLS, bad: Math.round(CALLS * failing(revision)) }];
      const counts = {
        ruleset,
        ageMs: 0,
        lengthMs: STEP_MS,
        evaluations: CALLS,
        errors: {},
        defaultsServed: 0,
        outcomes,
      };
      sequence += 1;
      usage.store.take(
        {
          ...{ format: 1, instance: pod, boot: 'b', client: 1, sequence, uptimeMs: 1_000, dropped: 0 },
          ...{ environment: 'production', sdk: { name: '@guidon/node', version: '0.1.0' } },
          ...{ applied: ruleset, counts: [counts] },
        },
        { environment: 'production', nowMs: clock.nowMs() },
      );
    }
    await waves.look();
  }
}

function head() {
  return replica.catalog.knownHeads().find(({ environment }) => environment === 'production');
}

describe('a change in a protected environment with waves', () => {
  it('that makes the app of the first wave fail never reaches more than the first wave', async () => {
    const commit = await remote.publish({ 'flags/login.yaml': RULED }, 'Break the app');
    await replica.sync.sync();
    const [wave] = replica.waves.running();
    expect(wave?.candidate.revision).toBe(commit);
    await live(60, (revision) => (revision === commit ? 0.2 : 0.001));
    expect([reached.size, replica.waves.running()]).toEqual([1, []]);
    expect(head()?.held).toMatchObject({ why: 'rolled-back', revision: commit });
    expect(head()?.held?.sentences.join()).toContain('Failed calls');
    // Whoever had it is back on the old content under a higher generation.
    const generations = new Set(PODS.map((pod) => served(pod).generation));
    expect([...generations]).toEqual([(wave?.candidate.generation ?? 0) + 1]);
    const actions = (await auditEntries(database)).map(({ action }) => action);
    expect(actions).toContain('wave.roll-back');
  });

  it('that mends it goes through all waves and reaches everybody', async () => {
    const commit = await remote.publish({ 'flags/checkout.yaml': RULED, 'flags/login.yaml': OFF }, 'Mend it');
    await replica.sync.sync();
    const shares: number[] = [];
    const seen = new Set<number>();
    replica.live.subscribe(() => seen.add(PODS.filter((pod) => served(pod).revision === commit).length));
    await live(60, () => 0.001);
    expect(PODS.every((pod) => served(pod).revision === commit)).toBe(true);
    expect([head()?.waiting, head()?.held]).toEqual([undefined, undefined]);
    shares.push(...[...seen].sort((a, b) => a - b));
    expect(shares.at(0)).toBeLessThanOrEqual(2);
    expect(shares.length).toBeGreaterThan(2);
    expect(shares.at(-1)).toBe(PODS.length);
  });

  it('is overtaken by the red button, which reaches everybody at once, and goes on under it', async () => {
    await remote.publish({ 'flags/login.yaml': ruled('SE') }, 'Another change');
    await replica.sync.sync();
    await live(1, () => 0.001);
    expect(replica.waves.running()).toHaveLength(1);
    const scope = { flag: 'checkout' };
    const request = { scope, environments: ['production'], reason: 'It burns.' };
    const { id } = await replica.killSwitch.press(request, ASKER);
    const reasons = () => new Set(PODS.map((pod) => evaluate(served(pod).view, 'checkout', {}, 0).reason));
    expect([...reasons()]).toEqual(['DISABLED']);
    await live(60, () => 0.001);
    expect(replica.waves.running()).toEqual([]);
    expect([...reasons()]).toEqual(['DISABLED']);
    await replica.killSwitch.revive(id as string, 'Mended.', ASKER);
    expect([...reasons()]).not.toContain('DISABLED');
  });

  it('gives no pod a lower generation, whatever becomes of it', async () => {
    const latest = new Map<string, number>();
    const turnedBack: string[] = [];
    // Collected, since a listener that throws is none of the catalog's business.
    replica.live.subscribe(() => {
      for (const pod of PODS) {
        const { generation } = served(pod);
        if (generation < (latest.get(pod) ?? 0)) turnedBack.push(`${pod} at ${generation}`);
        latest.set(pod, generation);
      }
    });
    for (const [round, text] of [OFF, ruled('FI'), OFF, ruled('DK')].entries()) {
      const commit = await remote.publish({ 'flags/login.yaml': text }, `Round ${round}`);
      await replica.sync.sync();
      await live(round % 2 === 0 ? 4 : 40, (revision) => (revision === commit && round === 1 ? 0.3 : 0.001));
    }
    expect([latest.size, turnedBack]).toEqual([PODS.length, []]);
  });
});
