import { failedBefore, wasUnfitBefore } from './live-version.js';
import type { Problem, UnitId } from './problem.js';
import { shown } from './problem.js';
import type { Unit } from './units.js';
import type { Workbench } from './workbench.js';

/** A problem together with the unit that it is reported at. */
export interface Verdict {
  readonly unit: Unit;
  readonly problem: Problem;
}

/** What is wrong with one unit. */
export interface Failure {
  readonly unit: Unit;
  readonly problems: readonly Problem[];
}

/**
 * Decides which files stay at their last good version. Each step only ever puts a changed unit back to what was live,
 * or gives up on blaming an unchanged one, so it ends at the latest when everything stands as before.
 */
export class Quarantine {
  readonly verdicts: Verdict[] = [];
  readonly reverted = new Set<UnitId>();
  private readonly tolerated = new Set<UnitId>();

  constructor(private readonly bench: Workbench) {}

  /** Puts back whoever is at fault; returns the units put back or given up on. */
  blame(failure: Failure): Unit[] {
    const { unit, problems } = failure;
    if (problems.length === 0 || this.tolerated.has(unit.id)) return [];
    const needs = new Set(problems.flatMap((problem) => problem.needs ?? []));
    const suspects = this.suspects(needs);
    const isOwn = this.canRevert(unit) && !this.isOthersFault(failure, suspects);
    if (isOwn) return this.revertOwn(unit, problems);
    if (suspects.length > 0) return suspects.flatMap((suspect) => this.revertFor(suspect, failure));
    if (this.canRevert(unit)) return this.revertOwn(unit, problems);
    return this.tolerate(failure);
  }

  private canRevert(unit: Unit): boolean {
    return (unit.changed || unit.moved) && this.bench.isNew(unit);
  }

  private suspects(needs: ReadonlySet<UnitId>): Unit[] {
    return [...needs].flatMap((id) => {
      const unit = this.bench.units.byId.get(id);
      return unit !== undefined && this.canRevert(unit) ? [unit] : [];
    });
  }

  /** A changed file is not at fault when what was live of it would fail in the same way. */
  private isOthersFault(failure: Failure, suspects: readonly Unit[]): boolean {
    if (suspects.length === 0 || failure.unit.previous === undefined) return false;
    return failure.problems.every((problem) => {
      const needs = problem.needs ?? [];
      if (needs.length === 0) return false;
      if (needs.includes('project')) return wasUnfitBefore(this.bench, failure.unit);
      return failedBefore(this.bench, failure.unit, needs);
    });
  }

  private revertOwn(unit: Unit, problems: readonly Problem[]): Unit[] {
    for (const problem of problems) this.verdicts.push({ unit, problem: this.withCause(problem) });
    return this.revert(unit);
  }

  /** Says so when the missing thing is there in the revision but was refused itself. */
  private withCause(problem: Problem): Problem {
    const refused = (problem.needs ?? []).find((id) => id !== 'project' && this.reverted.has(id));
    const unit = refused === undefined ? undefined : this.bench.units.byId.get(refused);
    if (unit === undefined) return problem;
    return { ...problem, sentence: `${problem.sentence} (${unit.path} was refused.)` };
  }

  private revertFor(suspect: Unit, failure: Failure): Unit[] {
    const [first] = failure.problems;
    const act =
      suspect.file === undefined
        ? 'Deleting this file'
        : suspect.changed
          ? 'This change'
          : 'Moving this file';
    const sentence = `${act} breaks ${failure.unit.path}: ${first!.sentence}`;
    const fix = `Change ${failure.unit.path} in the same commit.`;
    this.verdicts.push({ unit: suspect, problem: { at: [], code: 'breaks-other-file', sentence, fix } });
    return this.revert(suspect);
  }

  /** A flag and its tests are edited together, so the tests of a flag that is put back go back with it. */
  private revert(unit: Unit): Unit[] {
    if (this.bench.kept.has(unit.id)) return [];
    const put = [unit];
    if (unit.kind === 'flag') {
      const tests = this.bench.units.byId.get(`test:${unit.key}`);
      if (tests !== undefined && this.canRevert(tests)) {
        put.push(tests);
        this.tellTests(unit, tests);
      }
    }
    for (const one of put) {
      this.bench.kept.add(one.id);
      this.reverted.add(one.id);
    }
    return put;
  }

  /** What is wrong with the tests themselves is said now, for they will not be looked at again. */
  private tellTests(flag: Unit, tests: Unit): void {
    const own = this.bench.document(tests)?.problems ?? [];
    for (const problem of own) this.verdicts.push({ unit: tests, problem });
    if (own.length > 0 || this.verdicts.some((verdict) => verdict.unit === tests)) return;
    const sentence = `The tests stay as they were because ${flag.path} does.`;
    this.verdicts.push({ unit: tests, problem: { at: [], code: 'frozen-with-flag', sentence } });
  }

  /** Nothing that changed explains it (a stricter loader, the clock): the live version stays, with a warning. */
  private tolerate(failure: Failure): Unit[] {
    const { unit, problems } = failure;
    this.tolerated.add(unit.id);
    if (this.bench.kept.has(unit.id)) return [];
    const sentence = `The file has not changed, but: ${problems[0]!.sentence}`;
    this.verdicts.push({ unit, problem: { ...problems[0]!, code: 'kept-in-spite', sentence } });
    this.bench.kept.add(unit.id);
    return [unit];
  }

  /** Whether some file fails though nothing that changed explains it. One that was put back stands as it was. */
  hasTolerated(): boolean {
    return [...this.tolerated].some((id) => !this.reverted.has(id));
  }
}

/** Names a few of many. */
export function listed(names: readonly string[]): string {
  const head = names.slice(0, 5).map(shown).join(', ');
  return names.length > 5 ? `${head} and ${names.length - 5} more` : head;
}
