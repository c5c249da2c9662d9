import { applyPatch, hashRuleset } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { Position } from '@guidon/engine/model';
import {
  createGitRemote,
  type FakeClock,
  fakeClock,
  flagFile,
  type GitRemote,
  projectFile,
  startPostgres,
} from '@guidon/testkit';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { aSyncingReplica, auditEntries, openQuickStore, type SyncingReplica } from '../../test/store-kit.js';
import type { Database } from '../kernel/database/index.js';
import type { LiveChange } from './live.js';
import { hasCandidate } from './wave-membership.js';

// Real processes on a busy machine: the bound catches what hangs, not what is slow.
jest.setTimeout(60_000);

const ROLLING = flagFile({ serve: { development: 'on', production: 'off' } }).replace(
  'production: off',
  `production: { rollout: { to: on, plan: { stages: [{ id: some, percent: 5, hold: 1h, approval: payments }, { id: full, percent: 100, hold: 1h, approval: payments }] } }, serve: off }`,
);
const PLAIN = flagFile({ serve: { development: 'on', production: 'off' } });
const OTHER = PLAIN.replace(
  'production: off',
  'production: { rules: [{ id: some, when: { country: [CH] }, percent: 5, serve: on }], serve: off }',
);

let clock: FakeClock;
let database: Database;
let remote: GitRemote;
let replica: SyncingReplica;

const turned = () => ({ clock, storeNowMs: async () => clock.nowMs() });

async function begin(project: string): Promise<void> {
  remote = await createGitRemote({
    files: { 'flags/guidon.yaml': project, 'flags/a.yaml': ROLLING, 'flags/b.yaml': PLAIN },
  });
  replica = await aSyncingReplica(database, remote.url, { ...turned(), isInWave: hasCandidate });
  await replica.sync.sync();
}
beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-11-23T12:00:00Z'));
  database = await openQuickStore(await startPostgres());
});
afterEach(() => database.close());

const position = (parts: number): Position => ({
  ...{ flag: 'a', environment: 'production', planHash: 'p', to: { serve: 'on' }, unit: ['targetingKey'] },
  ...{ salt: 'a', holdoutParts: 0, reached: [{ stage: 'some', parts }] },
});
const move = (to: Position | undefined, alongside?: () => Promise<void>) =>
  replica.positions.move(
    {
      environment: 'production',
      flag: 'a',
      position: to,
      event: { action: 'rollout.advanced', actor: 'system:rollout', reason: 'The next stage.' },
    },
    alongside === undefined ? {} : { alongside },
  );
const live = () => {
  const found = replica.live.current('production');
  if (found === undefined) throw new Error('production is not served');
  return found;
};
const shareOn = () => {
  const units = Array.from({ length: 400 }, (_, index) => ({ targetingKey: `u-${index}` }));
  return units.filter((unit) => evaluate(live().view, 'a', unit, 0).value === true).length / units.length;
};

it('serves a share at once on every replica, after a restart too, and says what changed as a patch', async () => {
  await begin(projectFile());
  const before = live();
  const changes: LiveChange[] = [];
  replica.live.subscribe((change) => changes.push(change));
  expect(await move(position(50_000))).toEqual({ kind: 'moved', generation: before.generation + 1 });
  expect(shareOn()).toBeGreaterThan(0.4);
  expect(shareOn()).toBeLessThan(0.6);
  expect(live().hash).toBe(hashRuleset(live().ruleset));
  expect(live().hash).not.toBe(before.hash);
  expect(live().content.hash).toBe(before.hash);
  const [change] = changes;
  if (change?.kind !== 'ruleset') throw new Error('no ruleset was published');
  const [step] = change.steps;
  expect(Object.keys(step?.patch.set ?? {})).toEqual(['a']);
  expect(applyPatch(before.ruleset, before.hash, step!.patch).hash).toBe(live().hash);
  const restarted = await aSyncingReplica(database, remote.url, turned());
  await restarted.catalog.refresh();
  expect(restarted.live.current('production')?.hash).toBe(live().hash);
  expect(restarted.positions.of('production')).toEqual([position(50_000)]);
});

it('keeps the position through commits, and lets one rest whose rollout was taken out of the file', async () => {
  await begin(projectFile());
  await move(position(100_000));
  await remote.publish({ 'flags/b.yaml': OTHER });
  await replica.sync.sync();
  expect(shareOn()).toBe(1);
  expect(live().hash).toBe(hashRuleset(live().ruleset));
  await remote.publish({ 'flags/a.yaml': PLAIN });
  await replica.sync.sync();
  expect(shareOn()).toBe(0);
  expect(live().hash).toBe(live().content.hash);
  expect(replica.positions.of('production')).toHaveLength(1);
  expect(await move(undefined)).toMatchObject({ kind: 'moved' });
  expect(replica.positions.of('production')).toEqual([]);
});

it('refuses a commit that changes what a rollout that has begun is to', async () => {
  await begin(projectFile());
  await move(position(5_000));
  await remote.publish({ 'flags/a.yaml': ROLLING.replace('rollout: { to: on', 'rollout: { to: off') });
  await replica.sync.sync();
  expect(replica.catalog.newest().findings.map(({ code }) => code)).toContain('rollout-running');
  expect(live().ruleset.flags.a?.rollout?.to).toEqual({ serve: 'on' });
});

it('writes what goes along in the same transaction, and nothing at all when that fails', async () => {
  await begin(projectFile());
  const { generation } = live();
  const entries = (await auditEntries(database)).length;
  await expect(move(position(5_000), () => Promise.reject(new Error('another was quicker')))).rejects.toThrow(
    'another was quicker',
  );
  expect([live().generation, (await auditEntries(database)).length]).toEqual([generation, entries]);
  await move(position(5_000));
  const bodies = await auditEntries(database);
  expect(bodies.length).toBe(entries + 1);
  expect(bodies.at(-1)).toMatchObject({
    action: 'rollout.advanced',
    environments: ['production'],
  });
  expect(await move(position(5_000))).toEqual({ kind: 'stands' });
  expect((await auditEntries(database)).length).toBe(entries + 1);
});

it('gives both rulesets of a wave anew, and the wave goes on', async () => {
  await begin(projectFile({ waves: '[{ percent: 1, hold: 1h }]' }));
  await remote.publish({ 'flags/b.yaml': OTHER });
  await replica.sync.sync();
  const [wave] = replica.waves.running();
  const generation = wave?.candidate.generation as number;
  await move(position(100_000));
  const [after] = replica.waves.running();
  expect(after?.wave).toEqual(wave?.wave);
  expect([after?.stable.generation, after?.candidate.generation]).toEqual([generation + 1, generation + 2]);
  const candidate = replica.live.candidate('production')?.live;
  for (const served of [live(), candidate]) {
    expect(evaluate(served!.view, 'a', { targetingKey: 'u' }, 0).value).toBe(true);
    expect(served!.hash).toBe(hashRuleset(served!.ruleset));
  }
  expect(after?.candidate.servedHash).toBe(candidate?.hash);
  await replica.waves.move(after!, { move: { kind: 'finish' }, reason: 'Fine.', evidence: {}, actor: 'ada' });
  expect(live().generation).toBe(generation + 2);
  expect(evaluate(live().view, 'a', { targetingKey: 'u' }, 0).value).toBe(true);
});
