import type { Flag, Snapshot } from '../model/index.js';
import type { Reference } from './binding.js';
import type { Problem, UnitId } from './problem.js';
import type { Quarantine } from './quarantine.js';
import { dayOf, teamCounts } from './time-warnings.js';
import { type Unit, unitAfter, unitId } from './unit.js';
import type { Workbench } from './workbench.js';

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
  /** Those that the tree has a file for. */
  readonly byPath: ReadonlyMap<string, Unit>;
  /** Units to be looked at again whether their files change or not. */
  readonly restless: ReadonlySet<UnitId>;
  /** Without the empty lists, which most flags have. */
  readonly references: ReadonlyMap<UnitId, readonly Reference[]>;
  /** Exactly the references turned round, and the tests of each flag. */
  readonly dependents: ReadonlyMap<UnitId, ReadonlySet<UnitId>>;
  readonly warnings: ReadonlyMap<UnitId, readonly Problem[]>;
  /** Flags that are not archived, by team. */
  readonly teams: ReadonlyMap<string, number>;
}

/**
 * Undefined where the outcome is no ground for a short cut: the project or a path is refused, or a file fails though
 * nothing has changed.
 */
export function settledBy(bench: Workbench, quarantine: Quarantine, snapshot: Snapshot): Settled | undefined {
  const { units, before } = bench;
  if (units.refused.length > 0 || units.held.size > 0 || units.signers.file?.frozen) return undefined;
  if (quarantine.hasTolerated() || bench.kept.has('project')) return undefined;
  const memory = new Memory(before);
  for (const id of before === undefined ? [] : (units.touched ?? [])) memory.forget(id);
  for (const id of units.touched ?? units.byId.keys()) memory.learn(bench, id, snapshot);
  return {
    ...{ snapshot, day: dayOf(bench.input.nowMs), warnings: bench.warnings, teams: teamsAfter(bench) },
    ...{ units: memory.units, byPath: memory.byPath, restless: memory.restless },
    ...{ references: memory.references, dependents: memory.dependents.all },
  };
}

/** What changes from one load to the next; copies, so that what the load before left stays as it is. */
class Memory {
  readonly units: Map<UnitId, Unit>;
  readonly byPath: Map<string, Unit>;
  readonly references: Map<UnitId, readonly Reference[]>;
  readonly dependents: Dependents;
  readonly restless = new Set<UnitId>();

  constructor(before: Settled | undefined) {
    this.units = new Map(before?.units);
    this.byPath = new Map(before?.byPath);
    this.references = new Map(before?.references);
    this.dependents = new Dependents(before?.dependents);
  }

  forget(id: UnitId): void {
    const unit = this.units.get(id);
    if (unit === undefined) return;
    if (unit.file !== undefined) this.byPath.delete(unit.path);
    this.dependents.drop(id, unit, this.references.get(id));
    this.units.delete(id);
    this.references.delete(id);
  }

  learn(bench: Workbench, id: UnitId, snapshot: Snapshot): void {
    const unit = bench.units.byId.get(id);
    const next = unit && unitAfter(unit, snapshot, bench.isNew(unit));
    if (unit === undefined || next === undefined) return;
    const references = bench.referencesOf(id);
    this.units.set(id, next);
    if (next.file !== undefined) this.byPath.set(next.path, next);
    if (references.length > 0) this.references.set(id, references);
    this.dependents.add(id, next, references);
    // What was judged as a change is judged the next time as something that has not changed.
    const wasJudged = bench.input.previous !== undefined && (unit.changed || unit.moved);
    if (wasJudged || next.changed || next.moved || next.previous?.frozen) this.restless.add(id);
  }
}

/** Who depends on what, changed without changing what the load before left. */
class Dependents {
  readonly all: Map<UnitId, ReadonlySet<UnitId>>;
  private readonly own = new Map<UnitId, Set<UnitId>>();

  constructor(before: Settled['dependents'] | undefined) {
    this.all = new Map(before);
  }

  add(id: UnitId, unit: Unit, references: readonly Reference[]): void {
    for (const on of dependenciesOf(unit, references)) this.writable(on).add(id);
  }

  /** One that lingered would have tests run for a change that they have nothing to do with. */
  drop(id: UnitId, unit: Unit, references: readonly Reference[] = []): void {
    for (const on of dependenciesOf(unit, references)) this.writable(on).delete(id);
  }

  private writable(on: UnitId): Set<UnitId> {
    const known = this.own.get(on);
    if (known !== undefined) return known;
    const made = new Set(this.all.get(on));
    this.own.set(on, made);
    this.all.set(on, made);
    return made;
  }
}

function dependenciesOf(unit: Unit, references: readonly Reference[]): UnitId[] {
  const named = references.map(({ to, key }) => unitId(to, key));
  return unit.kind === 'test' ? [...named, unitId('flag', unit.key)] : named;
}

/** Counted anew only where flags may differ. */
function teamsAfter({ before, units, flags }: Workbench): ReadonlyMap<string, number> {
  if (before === undefined || units.touched === undefined) return teamCounts(flags.values());
  const counts = new Map(before.teams);
  const count = (flag: Flag | undefined, by: 1 | -1) => {
    if (flag !== undefined && flag.archived === undefined)
      counts.set(flag.owner, (counts.get(flag.owner) ?? 0) + by);
  };
  for (const key of keysIn(units.touched, 'flag')) {
    count(before.snapshot.flags.get(key), -1);
    count(flags.get(key), 1);
  }
  return counts;
}

/** Keys of the units of one kind. */
export function keysIn(ids: Iterable<UnitId>, kind: 'flag' | 'segment'): string[] {
  return [...ids].flatMap((id) => (id.startsWith(`${kind}:`) ? id.slice(kind.length + 1) : []));
}
