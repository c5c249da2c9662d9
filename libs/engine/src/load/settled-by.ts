import type { Flag, Snapshot } from '../model/index.js';
import type { Reference } from './binding.js';
import type { UnitId } from './problem.js';
import type { Quarantine } from './quarantine.js';
import { keysIn, type Settled } from './settled.js';
import { dayOf, teamCounts } from './time-warnings.js';
import { type Unit, unitAfter, unitId } from './unit.js';
import type { Workbench } from './workbench.js';

/**
 * Undefined where the outcome is no ground for a short cut: the project or a path is refused, or a file fails though
 * nothing has changed. Ends the use of the bench: its units become those of the next load.
 */
export function settledBy(bench: Workbench, quarantine: Quarantine, told: Told): Settled | undefined {
  const { units, before, input } = bench;
  if (units.refused.length > 0 || units.held.size > 0 || units.signers.file?.frozen) return undefined;
  if (quarantine.hasTolerated() || bench.kept.has('project')) return undefined;
  const memory = new Memory(bench);
  const touched = units.touched ?? [...units.byId.keys()];
  for (const id of touched) {
    memory.forget(before?.units.get(id), before?.references.get(id));
    memory.learn(id, told.snapshot);
  }
  return {
    ...{ ...told, day: dayOf(input.nowMs), files: input.files, warnings: bench.warnings },
    ...{ units: units.byId, restless: memory.restless },
    ...{ references: memory.references, dependents: memory.dependents.all },
  };
}

/** What is known of the outcome already. */
type Told = Pick<Settled, 'snapshot' | 'teams' | 'untested'>;

/** What changes from one load to the next; copies, so that what the load before left stays as it is. */
class Memory {
  readonly references: Map<UnitId, readonly Reference[]>;
  readonly dependents: Dependents;
  readonly restless = new Set<UnitId>();

  constructor(private readonly bench: Workbench) {
    this.references = new Map(bench.before?.references);
    this.dependents = new Dependents(bench.before?.dependents);
  }

  forget(unit: Unit | undefined, references: readonly Reference[] | undefined): void {
    if (unit === undefined) return;
    this.dependents.drop(unit, references ?? []);
    this.references.delete(unit.id);
  }

  learn(id: UnitId, snapshot: Snapshot): void {
    const { bench } = this;
    const { byId } = bench.units;
    const unit = byId.get(id);
    if (unit === undefined) return;
    const next = unitAfter(unit, snapshot, bench.isNew(unit));
    if (next === undefined) {
      byId.delete(id);
      return;
    }
    byId.set(id, next);
    const references = bench.referencesOf(id);
    if (references.length > 0) this.references.set(id, references);
    this.dependents.add(next, references);
    // A flag that was judged as a change is judged the next time as one that has not changed.
    const wasJudged = bench.input.previous !== undefined && unit.kind === 'flag' && unit.changed;
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

  add(unit: Unit, references: readonly Reference[]): void {
    for (const on of dependenciesOf(unit, references)) this.writable(on).add(unit.id);
  }

  /** One that lingered would have tests run for a change that they have nothing to do with. */
  drop(unit: Unit, references: readonly Reference[]): void {
    for (const on of dependenciesOf(unit, references)) this.writable(on).delete(unit.id);
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
export function teamsAfter({ before, units, flags }: Workbench): ReadonlyMap<string, number> {
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
