import type { Flag, FlagTestCase } from '../model/index.js';
import type { Told } from './losses.js';
import type { Workbench } from './workbench.js';

/**
 * Environments in which a rollout will move people, and no case of the flag's tests expects its safe variant: the state
 * to which every alarm, kill and rollback leads would be one that nobody has ever looked at. A rollout to the safe variant
 * itself leads nowhere else.
 */
export function untestedRollouts(flag: Flag, cases: readonly FlagTestCase[]): string[] {
  return [...flag.environments]
    .filter(([id, { rollout }]) => {
      if (rollout === undefined || ('serve' in rollout.to && rollout.to.serve === flag.safe)) return false;
      return !cases.some(({ expect }) => expect.get(id)?.variant === flag.safe);
    })
    .map(([id]) => id);
}

/** A warning and no error: flags that are live without such a case must not freeze for it. */
export function untestedRolloutWarnings(bench: Workbench): Told[] {
  return [...bench.units.byId.values()].flatMap((unit) => {
    const flag = unit.kind === 'flag' && bench.isNew(unit) ? bench.flags.get(unit.key) : undefined;
    if (flag === undefined) return [];
    return untestedRollouts(flag, bench.tests.get(flag.key)?.cases ?? []).map((environment) => ({
      unit,
      problem: {
        at: ['environments', environment, 'rollout'],
        onKey: true as const,
        code: 'rollout-untested' as const,
        sentence: `No test case expects the safe variant "${flag.safe}" in ${environment}, where this rollout will move people.`,
      },
    }));
  });
}
