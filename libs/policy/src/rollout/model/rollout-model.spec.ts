import type { Plan } from '@guidon/engine/model';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { replayRollout } from '../replay.js';
import { brokenBy, type InvariantId } from './invariants.js';
import { MUTANTS } from './mutants.js';
import { firstWorld, MODEL_PLAN, PLAIN_PLAN, RIGHT_RULES, type Rules, type World } from './rollout-world.js';
import { perform, type WorldAction } from './world-actions.js';

const LONG = process.env.GUIDON_TEST_LONG === '1';
const SEED = 20261125;

/** A whole look of a controller most of the time, or nothing ever gets anywhere; halves of one, for what comes between. */
const WEIGHTS: readonly (readonly [weight: number, ...happenings: (readonly WorldAction[])[]])[] = [
  [16, ['clock', 'read-0', 'write-0'], ['clock', 'read-1', 'write-1']],
  [4, ['pause', 'resume'], ['pause', 'resume', 'read-0', 'write-0'], ['read-0', 'write-0']],
  // Somebody acts while a controller is between reading and writing.
  [2, ['clock', 'read-0', 'kill', 'write-0'], ['clock', 'read-0', 'pause', 'resume', 'write-0']],
  [6, ['clock'], ['read-0'], ['write-0'], ['read-1'], ['write-1']],
  [10, ['approve'], ['resume'], ['calm'], ['acknowledge']],
  [2, ['pause'], ['kill'], ['revive'], ['failure'], ['staleness'], ['freeze'], ['lag'], ['leader']],
  [1, ['roll-back'], ['restart'], ['advance'], ['edit'], ['remove']],
];

class Broken extends Error {
  constructor(readonly ids: readonly InvariantId[]) {
    super(`Breaks ${ids.join(', ')}`);
  }
}

interface Holder {
  world: World;
  readonly rules: Rules;
  /** The invariants that are looked at; all, if it is absent. */
  readonly looksFor?: readonly InvariantId[];
}

/** Things that happen one after the other, to the world of which the model is all there is. */
class Happening implements fc.Command<Holder, undefined> {
  constructor(readonly actions: readonly WorldAction[]) {}

  check({ world, rules }: Readonly<Holder>): boolean {
    return perform(world, this.actions[0] as WorldAction, rules) !== undefined;
  }

  run(model: Holder): void {
    for (const action of this.actions) {
      const happened = perform(model.world, action, model.rules);
      if (happened === undefined) return;
      const broken = happened.commit === undefined ? [] : brokenBy(happened.commit);
      const ids = broken.filter((id) => model.looksFor?.includes(id) ?? true);
      if (ids.length > 0) throw new Broken(ids);
      model.world = happened.world;
    }
  }

  toString(): string {
    return this.actions.join(' ');
  }
}

const happening = fc.oneof(
  ...WEIGHTS.flatMap(([weight, ...happenings]) =>
    happenings.map((actions) => ({ weight, arbitrary: fc.constant(new Happening(actions)) })),
  ),
);
/** Who leads, and by which plan. */
const setting = fc.record({
  leader: fc.constantFrom<World['leader']>(0, 1, 'both'),
  plan: fc.constantFrom(MODEL_PLAN, PLAIN_PLAN),
});
type Setting = Pick<World, 'leader'> & { readonly plan: Plan };
const life = fc.commands([happening], { maxCommands: 60, size: 'max' });

function live(
  commands: Iterable<fc.Command<Holder, undefined>>,
  { leader, plan }: Setting,
  { rules, looksFor }: Pick<Holder, 'rules' | 'looksFor'> = { rules: RIGHT_RULES },
): World {
  const model: Holder = {
    world: firstWorld(leader, plan),
    rules,
    ...(looksFor === undefined ? {} : { looksFor }),
  };
  fc.modelRun(() => ({ model, real: undefined }), commands);
  return model.world;
}

describe('whatever happens to two controllers and a row', () => {
  it('breaks no invariant, and the log replays to the row', () => {
    const phases = new Set<string>();
    fc.assert(
      fc.property(life, setting, (commands, where) => {
        const { state, log } = live(commands, where);
        phases.add(state.phase);
        const replayed = replayRollout(log);
        // What was counted since the last record is in the row alone.
        expect({ ...replayed, progress: state.progress }).toEqual(state);
      }),
      { numRuns: LONG ? 10_000 : 600, seed: SEED },
    );
    expect([...phases].sort()).toEqual(
      expect.arrayContaining([
        'awaiting-approval',
        'completed',
        'paused',
        'rolled-back',
        'rolling-back',
        'running',
      ]),
    );
  });

  it.each(MUTANTS)('finds the seeded mistake: $name', ({ name, rules, caughtBy }) => {
    const found = fc.check(
      fc.property(life, setting, (commands, where) => {
        live(commands, where, { rules, looksFor: caughtBy });
      }),
      { numRuns: 2000, seed: SEED },
    );
    const { errorInstance, counterexample, seed, numRuns } = found;
    const ids = errorInstance instanceof Broken ? errorInstance.ids : [];
    console.info(`${name}: ${ids.join(', ')} in run ${numRuns}, seed ${seed}: ${counterexample?.[0]}`);
    expect(ids[0]).toBeDefined();
  });
});

describe('whatever has happened', () => {
  const calm: Partial<World> = { isFrozen: false, isStale: false, isFailing: false, isLagging: false };

  function cooperate(world: World): World {
    const steps: readonly WorldAction[] = [
      'revive',
      'acknowledge',
      'resume',
      'clock',
      'approve',
      'read-0',
      'write-0',
    ];
    return steps.reduce((now, action) => perform(now, action, RIGHT_RULES)?.world ?? now, world);
  }

  it('comes to an end once every gate is clear', () => {
    fc.assert(
      fc.property(life, setting, (commands, where) => {
        let world: World = { ...live(commands, where), ...calm, leader: 0 };
        for (let round = 0; round < 20; round++) world = cooperate(world);
        expect(['completed', 'rolled-back', 'cancelled']).toContain(world.state.phase);
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('goes back to the end with metrics, fleet and approvals away, and in a freeze', () => {
    fc.assert(
      fc.property(life, setting, (commands, where) => {
        const before = live(commands, where);
        fc.pre(before.state.stage >= 0 && before.state.phase !== 'completed' && before.state.isInFile);
        let world: World = {
          ...before,
          isFrozen: true,
          isStale: true,
          isLagging: true,
          approvals: [],
          leader: 0,
        };
        world = perform(world, 'roll-back', RIGHT_RULES)?.world ?? world;
        const steps: readonly WorldAction[] = ['clock', 'read-0', 'write-0', 'clock', 'read-0', 'write-0'];
        world = steps.reduce((now, action) => perform(now, action, RIGHT_RULES)?.world ?? now, world);
        expect(world.state.phase).toBe('rolled-back');
        expect(world.live?.reached).toEqual([]);
        // Once more changes nothing.
        expect(perform(world, 'roll-back', RIGHT_RULES)).toBeUndefined();
      }),
      { numRuns: 300, seed: SEED },
    );
  });
});
