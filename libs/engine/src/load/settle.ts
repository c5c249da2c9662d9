import { evaluateDry } from './dry-evaluation.js';
import { graphFailures, withDependents } from './graph-failures.js';
import type { LoadInput } from './load-types.js';
import type { Problem, UnitId } from './problem.js';
import { type Failure, Quarantine } from './quarantine.js';
import { keysIn } from './settled.js';
import { failedTests } from './test-failures.js';
import { type Unit, unitId } from './units.js';
import type { Workbench } from './workbench.js';

const KIND_ORDER = { project: 0, segment: 1, flag: 2, test: 3 } as const;

/**
 * Brings the workbench to a state in which nothing fails: each unit alone, then among the others, then circles,
 * the flags' own tests and a dry evaluation. Whatever is put back makes its dependents be looked at again.
 */
export function settle(bench: Workbench, input: LoadInput): Quarantine {
  const quarantine = new Quarantine(bench);
  const settling = new Settling(bench, quarantine, input);
  settling.run();
  return quarantine;
}

class Settling {
  private dirty: Set<UnitId>;
  private untested = new Set<UnitId>();

  constructor(
    private readonly bench: Workbench,
    private readonly quarantine: Quarantine,
    private readonly input: LoadInput,
  ) {
    const { touched, byId } = bench.units;
    this.dirty = new Set(touched ?? byId.keys());
    for (const id of touched ?? []) for (const user of bench.dependentsOf(id)) this.dirty.add(user);
  }

  run(): void {
    if (this.bench.before === undefined) this.settleProject();
    if (this.bench.project === undefined) {
      this.reportDocuments();
      return;
    }
    do this.settleFiles();
    while (this.failsAsAWhole());
  }

  private settleProject(): void {
    const unit = this.bench.units.byId.get('project');
    if (unit === undefined) return;
    if (unit.file === undefined && this.bench.isNew(unit)) {
      const problem: Problem = { at: [], code: 'project-missing', sentence: 'guidon.yaml is missing.' };
      this.putBack(this.quarantine.blame({ unit, problems: [problem] }));
    }
    this.putBack(this.quarantine.blame({ unit, problems: this.bench.place(unit) }));
    if (!this.bench.isNew(unit)) this.bench.place(unit);
  }

  /** Without a project nothing can be bound, but what is wrong with each file in itself can still be said at once. */
  private reportDocuments(): void {
    for (const unit of this.bench.units.byId.values()) {
      if (unit.kind === 'project') continue;
      for (const problem of this.bench.document(unit)?.problems ?? [])
        this.quarantine.verdicts.push({ unit, problem });
    }
  }

  /** Until no unit fails alone or among the others. */
  private settleFiles(): void {
    while (this.dirty.size > 0) {
      const units = this.takeDirty();
      for (const unit of units) if (!this.isUntestable(unit)) this.settleAlone(unit);
      const failures: Failure[] = units.map((unit) => ({ unit, problems: this.bench.check(unit) }));
      for (const failure of failures) this.putBack(this.quarantine.blame(failure));
    }
  }

  private settleAlone(unit: Unit): void {
    if (this.mayTestDifferently(unit)) {
      this.untested.add(unit.kind === 'test' ? unitId('flag', unit.key) : unit.id);
    }
    const problems = this.bench.place(unit);
    // Putting the project back makes every file dirty, so what follows will be done again.
    this.putBack(this.quarantine.blame({ unit, problems }));
    if (problems.length > 0 && this.bench.kept.has(unit.id)) this.bench.place(unit);
    if (unit.kind === 'test') this.blameFlagOfBadTests(unit, problems);
  }

  private takeDirty(): Unit[] {
    const units = [...this.dirty].flatMap((id) => this.bench.units.byId.get(id) ?? []);
    this.dirty = new Set();
    return units.sort(inOrder);
  }

  /**
   * What has not changed was tested when it went live, so only changes and their dependents are due: the clock alone
   * freezes nothing.
   */
  private mayTestDifferently(unit: Unit): boolean {
    const project = this.bench.units.byId.get('project');
    return this.input.previous === undefined || unit.changed || project?.changed === true;
  }

  /** Tests are bound to their flag; while that one is being put back there is nothing to bind to. */
  private isUntestable(unit: Unit): boolean {
    return (
      unit.kind === 'test' && this.dirty.has(unitId('flag', unit.key)) && this.dirty.add(unit.id).has(unit.id)
    );
  }

  /** A changed flag whose changed tests cannot be read would go live untested. */
  private blameFlagOfBadTests(tests: Unit, problems: readonly Problem[]): void {
    if (problems.length === 0 || !this.quarantine.reverted.has(tests.id)) return;
    const flag = this.bench.units.byId.get(unitId('flag', tests.key));
    if (flag === undefined || !flag.changed || !this.bench.isNew(flag)) return;
    const sentence = `Its test file ${tests.path} was refused, so this change is untested.`;
    this.putBack(
      this.quarantine.blame({ unit: flag, problems: [{ at: [], code: 'test-refused', sentence }] }),
    );
  }

  private putBack(units: readonly Unit[]): void {
    for (const unit of units) {
      this.dirty.add(unit.id);
      if (unit.kind === 'project') for (const id of this.bench.units.byId.keys()) this.dirty.add(id);
      for (const id of this.bench.dependentsOf(unit.id)) this.dirty.add(id);
      if (unit.kind === 'flag') this.dirty.add(unitId('test', unit.key));
      if (unit.kind === 'test') this.untested.add(unitId('flag', unit.key));
    }
  }

  /** One look at the whole; true when something was put back and the files must be settled again. */
  private failsAsAWhole(): boolean {
    for (const find of [this.findGraphFailures, this.findFailedTests, this.findDryFailures]) {
      for (const failure of find.call(this)) this.putBack(this.quarantine.blame(failure));
      if (this.dirty.size > 0) return true;
    }
    return false;
  }

  private findGraphFailures(): Failure[] {
    return graphFailures(this.bench);
  }

  private findFailedTests(): readonly Failure[] {
    const due = withDependents(this.bench, this.untested);
    this.untested = new Set();
    const { failures, verdicts } = failedTests(this.bench, due, this.input.nowMs);
    this.quarantine.verdicts.push(...verdicts);
    return failures;
  }

  private findDryFailures(): Failure[] {
    const { touched } = this.bench.units;
    const due = touched && keysIn(withDependents(this.bench, touched), 'flag');
    return evaluateDry(this.bench.standing()!, this.input.nowMs, due).flatMap(({ key, sentence }) => {
      const unit = this.bench.units.byId.get(unitId('flag', key));
      return unit === undefined ? [] : [{ unit, problems: [{ at: [], code: 'dry-evaluation', sentence }] }];
    });
  }
}

/** Whoever is blamed first can save the others, so the order may not depend on how the dirty ones were found. */
function inOrder(a: Unit, b: Unit): number {
  if (a.kind !== b.kind) return KIND_ORDER[a.kind] - KIND_ORDER[b.kind];
  if ((a.file === undefined) !== (b.file === undefined)) return a.file === undefined ? 1 : -1;
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
