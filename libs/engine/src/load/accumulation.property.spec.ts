import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import { PROJECT, release, type Scenario, scenario } from '../language/scenario.js';
import { resolve } from '../resolve/index.js';
import { positionAt } from './run-flag-tests.js';

/** Plans as people write them: stages of several audiences, each growing, and everyone in the end. */
const AUDIENCES = [
  undefined,
  '{ segment: staff }',
  '{ store.country: [NO, SE] }',
  '{ orders: { gte: 5 } }',
  '{ not: { platform: web } }',
] as const;

const step = fc.record({
  audience: fc.constantFrom(...AUDIENCES),
  /** How far on the way to the whole of what is left of the audience. */
  growth: fc.constantFrom(0.001, 0.1, 0.37, 0.5, 0.9),
  whole: fc.boolean(),
});

function stagesOf(
  steps: readonly { audience: (typeof AUDIENCES)[number]; growth: number; whole: boolean }[],
): string[] {
  const reached = new Map<string | undefined, number>();
  const stages = steps.flatMap(({ audience, growth, whole }, index) => {
    const before = reached.get(audience) ?? 0;
    const share =
      whole && audience !== undefined ? 100 : Number((before + (100 - before) * growth).toFixed(3));
    if (share <= before || (audience === undefined && share >= 100)) return [];
    reached.set(audience, share);
    const who = audience === undefined ? '' : `audience: ${audience}, `;
    const percent = share === 100 ? '' : `percent: ${share}, `;
    return [`{ id: s${index}, ${who}${percent}hold: 1h }`];
  });
  return [...stages, '{ id: full, percent: 100, hold: 1h }'];
}

const TARGETS = [
  'on',
  '{ on: 50, other: 50 }',
  '{ on: 12.5, other: 87.5 }',
  '{ on: 33.333, other: 66.667 }',
] as const;
const HEAD = 'variants: { on: 1, other: 2, off: 0 }\n';

const PEOPLE = Array.from({ length: 120 }, (_, index) => ({
  targetingKey: `u-${index}`,
  ...(index % 3 === 0 ? { email: `p${index}@acme.example` } : {}),
  ...(index % 4 === 0 ? { 'store.country': 'NO' } : {}),
  ...(index % 5 === 0 ? { orders: index } : {}),
  platform: index % 2 === 0 ? 'web' : 'ios',
}));

function variantsAt(shop: Scenario, stage: string | undefined): (string | undefined)[] {
  const position = positionAt(shop.flag('a'), 'development', stage);
  const ruleset = resolve(shop.snapshot, position === undefined ? [] : [position], 'development', 'r1');
  const view = compile(ruleset, { generation: 1, killed: new Set() });
  return PEOPLE.map((person) => evaluate(view, 'a', person, 0).variant);
}

function planned(stages: readonly string[], to: string, holdout: number): Scenario {
  const held = holdout === 0 ? '' : `, holdout: ${holdout}`;
  return scenario({
    'guidon.yaml': PROJECT,
    'a.yaml': release(
      `${HEAD}environments: { development: { rollout: { to: ${to}, plan: { stages: [${stages.join(', ')}]${held} } }, serve: off } }\n`,
    ),
  });
}

it('lets nobody fall out or change arm, from before the first stage until the rollout is done (sentences 31, 32, 40)', () => {
  const steps = fc.array(step, { maxLength: 6 });
  fc.assert(
    fc.property(steps, fc.constantFrom(...TARGETS), fc.constantFrom(0, 0.001, 1, 50), (list, to, holdout) => {
      const stages = stagesOf(list);
      const shop = planned(stages, to, holdout);
      expect(shop.errors).toEqual([]);
      const ids = shop
        .flag('a')
        .environments.get('development')!
        .rollout!.plan.stages.map(({ id }) => id);
      let before = variantsAt(shop, undefined);
      expect(new Set(before)).toEqual(new Set(['off']));
      for (const stage of [...ids, 'done']) {
        const now = variantsAt(shop, stage);
        for (const [index, was] of before.entries()) if (was !== 'off') expect(now[index]).toBe(was);
        before = now;
      }
      expect(before).not.toContain('off');
    }),
    { numRuns: 30 },
  );
});

it('takes as a stage whoever any stage so far takes, and no one else; the hold-out binds percents alone (sentences 32, 35)', () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 20), (list, holdout) => {
      const stages = stagesOf(list);
      const all = planned(stages, 'on', holdout);
      // Each stage by itself, in a plan of its own with the end that every plan has.
      const alone = stages.map((stage) => {
        const isLast = stage.startsWith('{ id: full');
        const shop = planned(
          isLast ? [stage] : [stage, '{ id: full, percent: 100, hold: 1h }'],
          'on',
          holdout,
        );
        return variantsAt(shop, /id: (\w+)/.exec(stage)?.[1]);
      });
      const without = planned(stages, 'on', 0);
      for (const [index, stage] of stages.entries()) {
        const id = /id: (\w+)/.exec(stage)?.[1];
        const now = variantsAt(all, id);
        const union = PEOPLE.map((_, one) => alone.slice(0, index + 1).some((taken) => taken[one] === 'on'));
        expect(now.map((variant) => variant === 'on')).toEqual(union);
        const free = variantsAt(without, id);
        const isWhole = stages.slice(0, index + 1).every((one) => !one.includes('percent'));
        if (isWhole) expect(now).toEqual(free);
        for (const [one, variant] of now.entries()) if (variant === 'on') expect(free[one]).toBe('on');
      }
    }),
    { numRuns: 20 },
  );
});
