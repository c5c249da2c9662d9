import type { Snapshot, SourceFile } from '../model/index.js';
import type { Reference } from './binding.js';
import type { Problem, UnitId } from './problem.js';
import type { Unit } from './unit.js';

/**
 * What a load leaves behind beside its snapshot, so that the next one, on top of that very snapshot, need look only at
 * what differs. It is never changed, lives as long as its snapshot and the caller's cache, and is only a short cut:
 * without it everything is looked at. Why it is valid stands in docs/decisions/0019.
 */
export interface Settled {
  readonly snapshot: Snapshot;
  /** Warnings about dates hold for the day on which they were made. */
  readonly day: number;
  /** As the next load has them where the tree does not change. */
  readonly units: ReadonlyMap<UnitId, Unit>;
  /** The tree that the load looked at; no path occurs twice. */
  readonly files: readonly SourceFile[];
  /** Units to be looked at again whether their files change or not. */
  readonly restless: ReadonlySet<UnitId>;
  /** Without the empty lists, which most flags have. */
  readonly references: ReadonlyMap<UnitId, readonly Reference[]>;
  /** Exactly the references turned round, and the tests of each flag. */
  readonly dependents: ReadonlyMap<UnitId, ReadonlySet<UnitId>>;
  readonly warnings: ReadonlyMap<UnitId, readonly Problem[]>;
  /** Flags that are not archived, by team. */
  readonly teams: ReadonlyMap<string, number>;
  /** Environments in which a flag moves people and no test sees the safe state, by the flags that there are any of. */
  readonly untested: ReadonlyMap<UnitId, readonly string[]>;
}

/** Keys of the units of one kind. */
export function keysIn(ids: Iterable<UnitId>, kind: 'flag' | 'segment' | 'test'): string[] {
  return [...ids].flatMap((id) => (id.startsWith(`${kind}:`) ? id.slice(kind.length + 1) : []));
}
