import { hashRuleset } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { Ruleset } from '@guidon/engine/model';
import { describe, expect, it } from '@jest/globals';
import { SILENT_LOG } from '../kernel/log/log.js';
import type { LiveChange } from './live.js';
import { LiveState } from './live-state.js';

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

function serve(state: LiveState, rulesets: readonly Ruleset[], generation: number): void {
  state.swap({
    lineage: 'L',
    snapshot: snapshotOf(...rulesets.map((it) => it.environment)),
    rulesets: rulesets.map((it) =>
      state.prepare(it, {
        generation,
        hash: hashRuleset(it),
        patch: { revision: 'c1', set: {}, delete: [] },
      }),
    ),
    removed: [],
  });
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
        (it) => it.kind === 'ruleset' && [it.before?.generation, it.live.generation, it.patch !== undefined],
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
    const prepared = state.prepare(next, { generation: 2, hash: 'h', patch: undefined });
    state.applyKills({ kills: [KILL], revived: [] });
    expect([variant(state, 'production'), variant(state, 'staging')]).toEqual(['off', 'on']);
    state.swap({
      lineage: 'L',
      snapshot: snapshotOf('production', 'staging'),
      rulesets: [prepared],
      removed: [],
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
    state.swap({ lineage: 'L', snapshot: snapshotOf('production'), rulesets: [], removed: ['staging'] });
    expect(state.environments()).toEqual(['production']);
    expect(state.current('staging')).toBeUndefined();
  });
});
