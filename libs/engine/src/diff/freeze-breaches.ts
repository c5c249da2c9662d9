import type { Freeze, Snapshot } from '../model/index.js';
import type { FlagChange } from './flag-change.js';
import { movesOnlyTowardSafe } from './toward-safe.js';

/** A freeze that a change does not respect. */
export interface FreezeBreach {
  readonly environment: string;
  readonly freeze: Freeze;
  /** Flags that would move there other than toward `safe`, in the order of the changes, each once. */
  readonly flags: readonly string[];
}

/**
 * Freezes in force at a time that the changes would break: whatever touches a frozen environment and is not certainly
 * toward `safe` (sentence 36). The freezes are those of what is live, since no change may lift one for itself.
 *
 * @param changes from `diffSnapshots(before, after)`.
 */
export function freezeBreaches(
  changes: readonly FlagChange[],
  before: Snapshot,
  after: Snapshot,
  nowMs: number,
): FreezeBreach[] {
  return before.project.environments.flatMap(({ id, freeze }) => {
    const inForce = freeze.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
    if (inForce === undefined) return [];
    const flags = new Set<string>();
    for (const change of changes) {
      if ('environment' in change && change.environment !== id) continue;
      if (!keepsFrozen(change, { before, after, environment: id })) flags.add(change.flag);
    }
    return flags.size === 0 ? [] : [{ environment: id, freeze: inForce, flags: [...flags] }];
  });
}

interface Place {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly environment: string;
}

function keepsFrozen(change: FlagChange, { before, after, environment }: Place): boolean {
  if (change.kind === 'flag-added') return servesOnlySafe(after, change.flag, environment);
  return movesOnlyTowardSafe([change], before);
}

/** A flag that is new there and says nothing but `safe` moves nobody. */
function servesOnlySafe({ flags }: Snapshot, key: string, environment: string): boolean {
  const flag = flags.get(key);
  if (flag === undefined) return true;
  if (flag.archived !== undefined) return flag.archived.serve === flag.safe;
  const here = flag.environments.get(environment);
  if (here === undefined) return true;
  if (here.rollout !== undefined) return false;
  return [here.rest, ...here.rules.map(({ outcome }) => outcome)].every(
    (outcome) => 'serve' in outcome && outcome.serve === flag.safe,
  );
}
