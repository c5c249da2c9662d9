import { hashRuleset } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { Ruleset } from '@guidon/engine/model';
import { describe, expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import type { LiveChange } from './live.js';
import { LiveState } from './live-state.js';
import type { PreparedRuleset } from './make-live.js';

function ruleset(environment: string, rest: string): Ruleset {
  const variants = [['off', false] as const, ['on', true] as const];
  return {
    format: 1,
    environment,
    revision: 'c1',
    flags: { checkout: { type: 'boolean', variants, safe: 'off', rest: { serve: rest } } },
    segments: {},
  };
}

function snapshotOf(...environments: string[]) {
  return {
    project: { environments: environments.map((id) => ({ id })) },
    flags: new Map(),
    segments: new Map(),
    tests: new Map(),
    files: new Map(),
  } as never;
}

function prepared(state: LiveState, it: Ruleset, generation: number): PreparedRuleset {
  return state.prepare(it, { generation, hash: hashRuleset(it), snapshot: snapshotOf(it.environment) });
}

function serve(state: LiveState, rulesets: readonly Ruleset[], generation: number): void {
  const nothing = { revision: 'c1', set: {}, delete: [] };
  state.swap({
    lineage: 'L',
    snapshot: snapshotOf(...rulesets.map((it) => it.environment)),
    environments: rulesets.map((it) => ({
      environment: it.environment,
      stable: prepared(state, it, generation),
      steps: generation === 1 ? [] : [{ from: generation - 1, to: generation, patch: nothing }],
    })),
    newestHashes: new Map(),
    forgotten: [],
  });
}

const WAVE = {
  id: 'production.2',
  stages: [{ percent: 1, holdMs: 60_000 }],
  stage: 0,
  startedAtMs: 0,
  stageSinceMs: 0,
  enlisted: [],
};

/** Those whose name begins with `early` are in every wave. */
function inAWave(): LiveState {
  const state = new LiveState(SILENT_LOG, (instanceId) => instanceId.startsWith('early'));
  serve(state, [ruleset('production', 'off')], 1);
  state.swap({
    lineage: 'L',
    snapshot: snapshotOf('production'),
    environments: [
      {
        environment: 'production',
        stable: prepared(state, ruleset('production', 'off'), 1),
        candidate: { prepared: prepared(state, ruleset('production', 'on'), 2), wave: WAVE },
        steps: [],
      },
    ],
    newestHashes: new Map(),
    forgotten: [],
  });
  return state;
}

function variant(state: LiveState, environment: string): unknown {
  const live = state.current(environment);
  return live === undefined ? undefined : evaluate(live.view, 'checkout', {}, 0).variant;
}

const KILL = { id: '01A', targets: new Map([['production', ['checkout']]]) };

describe('LiveState', () => {
  it('tells of a first ruleset without a patch and of the next with one', () => {
    const state = new LiveState(SILENT_LOG);
    const changes: LiveChange[] = [];
    state.subscribe((change) => changes.push(change));
    serve(state, [ruleset('production', 'off')], 1);
    serve(state, [ruleset('production', 'on')], 2);
    expect(
      changes.map(
        (it) => it.kind === 'ruleset' && [it.before?.generation, it.live.generation, it.steps.length > 0],
      ),
    ).toEqual([
      [undefined, 1, false],
      [1, 2, true],
    ]);
    expect(state.current('production')?.tag).toBe('L.2.0');
  });

  it('lays a kill over what is served, over what comes later, and over what was prepared before it', () => {
    const state = new LiveState(SILENT_LOG);
    serve(state, [ruleset('production', 'on'), ruleset('staging', 'on')], 1);
    const next = ruleset('production', 'on');
    const stable = prepared(state, next, 2);
    state.applyKills({ kills: [KILL], revived: [] });
    expect([variant(state, 'production'), variant(state, 'staging')]).toEqual(['off', 'on']);
    state.swap({
      lineage: 'L',
      snapshot: snapshotOf('production', 'staging'),
      environments: [{ environment: 'production', stable, steps: [] }],
      newestHashes: new Map(),
      forgotten: [],
    });
    expect(variant(state, 'production')).toBe('off');
    expect(state.current('production')?.generation).toBe(2);
    state.applyKills({ kills: [], revived: ['01A'] });
    expect(variant(state, 'production')).toBe('on');
  });

  it('obeys a kill that was known before the environment was', () => {
    const state = new LiveState(SILENT_LOG);
    state.applyKills({ kills: [KILL], revived: [] });
    serve(state, [ruleset('production', 'on')], 1);
    expect(variant(state, 'production')).toBe('off');
    expect(state.current('production')?.kills).toEqual({
      kills: [{ id: '01A', flags: ['checkout'] }],
      revived: [],
    });
  });

  it('changes every environment before it tells of any, and tells of presses before revivals', () => {
    const state = new LiveState(SILENT_LOG);
    serve(state, [ruleset('production', 'on'), ruleset('staging', 'on')], 1);
    const wide = {
      id: '01B',
      targets: new Map([
        ['production', ['checkout']],
        ['staging', ['checkout']],
      ]),
    };
    state.applyKills({ kills: [KILL], revived: [] });
    const heard: unknown[] = [];
    state.subscribe((change) =>
      heard.push([change.kind, change.live.environment, variant(state, 'staging')]),
    );
    state.applyKills({ kills: [wide], revived: ['01A'] });
    expect(heard).toEqual([
      ['kill', 'production', 'off'],
      ['kill', 'staging', 'off'],
      ['revive', 'production', 'off'],
    ]);
  });

  it('goes on when a listener fails, and forgets one that unsubscribed', () => {
    const state = new LiveState(SILENT_LOG);
    let heard = 0;
    const stop = state.subscribe(() => {
      throw new Error('no');
    });
    state.subscribe(() => {
      heard += 1;
    });
    serve(state, [ruleset('production', 'on')], 1);
    stop();
    serve(state, [ruleset('production', 'on')], 2);
    expect(heard).toBe(2);
  });

  it('knows only environments that the newest project has', () => {
    const state = new LiveState(SILENT_LOG);
    serve(state, [ruleset('production', 'on'), ruleset('staging', 'on')], 1);
    state.swap({
      lineage: 'L',
      snapshot: snapshotOf('production'),
      environments: [],
      newestHashes: new Map(),
      forgotten: ['staging'],
    });
    expect(state.environments()).toEqual(['production']);
    expect(state.current('staging')).toBeUndefined();
  });

  it('goes on serving what the newest project has no longer, and lays kills over it', () => {
    const state = new LiveState(SILENT_LOG);
    serve(state, [ruleset('production', 'on'), ruleset('staging', 'on')], 1);
    const nothing = { environments: [], newestHashes: new Map(), forgotten: [] };
    state.swap({ lineage: 'L', snapshot: snapshotOf('production'), ...nothing });
    expect([state.environments(), state.removedEnvironments()]).toEqual([['production'], ['staging']]);
    const heard: string[] = [];
    state.subscribe(({ kind, live }) => heard.push(`${kind} in ${live.environment}`));
    state.applyKills({ kills: [{ id: 'K', targets: new Map([['staging', ['a']]]) }], revived: [] });
    expect([...(state.current('staging')?.killed ?? [])]).toEqual(['a']);
    expect(heard).toEqual(['kill in staging']);
    // What it knows can burn as well.
    expect(state.snapshots()).toHaveLength(3);
  });

  it('gives the candidate of a wave to its instances only, and the stable ruleset to whoever has no name', () => {
    const state = inAWave();
    const generations = ['early-1', 'late-1', undefined].map(
      (instance) => state.rulesetFor('production', instance)?.generation,
    );
    expect(generations).toEqual([2, 1, 1]);
    expect(state.current('production')?.generation).toBe(1);
    expect(state.snapshots()).toHaveLength(3);
  });

  it('lays a kill over both rulesets of a wave at once', () => {
    const state = inAWave();
    state.applyKills({ kills: [KILL], revived: [] });
    const served = ['early-1', 'late-1'].map((instance) => {
      const live = state.rulesetFor('production', instance);
      return [live?.killDigest, live && evaluate(live.view, 'checkout', {}, 0).reason];
    });
    expect(served[0]).toEqual(served[1]);
    expect(served[0]?.[1]).toBe('DISABLED');
  });

  it('keeps the very object of what goes on being served, so that nothing made for it is made again', () => {
    const state = inAWave();
    const [stable, candidate] = [state.current('production'), state.candidate('production')?.live];
    const again = {
      environment: 'production',
      stable: prepared(state, ruleset('production', 'off'), 1),
      steps: [],
    };
    const wider = { ...WAVE, stage: 1 };
    const kept = { prepared: prepared(state, ruleset('production', 'on'), 2), wave: wider };
    const swap = { lineage: 'L', snapshot: snapshotOf('production'), newestHashes: new Map(), forgotten: [] };
    state.swap({ ...swap, environments: [{ ...again, candidate: kept }] });
    expect(state.current('production')).toBe(stable);
    expect(state.candidate('production')).toEqual({ live: candidate, wave: wider });
    state.swap({ ...swap, environments: [{ environment: 'production', stable: kept.prepared, steps: [] }] });
    expect(state.current('production')).toBe(candidate);
    expect(state.candidate('production')).toBeUndefined();
  });
});
