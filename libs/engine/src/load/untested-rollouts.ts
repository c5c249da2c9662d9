import type { Flag, FlagTestCase } from '../model/index.js';
import type { Told } from './losses.js';
import type { UnitId } from './problem.js';
import { keysIn } from './settled.js';
import { unitId } from './units.js';
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

/** Of what is served, by flag and only where there are any; looked for only where the flag or its tests may differ. */
export function rolloutsUntestedAfter(bench: Workbench): ReadonlyMap<UnitId, readonly string[]> {
  const { before, units } = bench;
  const found = new Map(before?.untested);
  const due = before === undefined ? undefined : units.touched;
  const keys = due === undefined ? bench.flags.keys() : [...keysIn(due, 'flag'), ...keysIn(due, 'test')];
  for (const key of keys) {
    const unit = units.byId.get(unitId('flag', key));
    const flag = unit !== undefined && bench.isNew(unit) ? bench.flags.get(key) : undefined;
    const environments = flag === undefined ? [] : untestedRollouts(flag, bench.tests.get(key)?.cases ?? []);
    if (environments.length === 0) found.delete(unitId('flag', key));
    else found.set(unitId('flag', key), environments);
  }
  return found;
}

/** A warning and no error: flags that are live without such a case must not freeze for it. */
export function untestedRolloutWarnings(
  { units, flags }: Workbench,
  untested: ReadonlyMap<UnitId, readonly string[]>,
): Told[] {
  return [...untested].flatMap(([id, environments]) => {
    const unit = units.byId.get(id)!;
    const safe = flags.get(unit.key)!.safe;
    return environments.map((environment) => ({
      unit,
      problem: {
        at: ['environments', environment, 'rollout'],
        onKey: true as const,
        code: 'rollout-untested' as const,
        sentence: `No test case expects the safe variant "${safe}" in ${environment}, where this rollout will move people.`,
      },
    }));
  });
}
