import { dependenciesOf } from './graph-failures.js';
import type { Problem, UnitId } from './problem.js';
import type { Failure, Verdict } from './quarantine.js';
import { runFlagTests, type TestFailure } from './run-flag-tests.js';
import { type Unit, unitId } from './units.js';
import type { Workbench } from './workbench.js';

export interface FailedTests {
  readonly failures: readonly Failure[];
  /** Findings at the cases of flags whose own change is refused for them. */
  readonly verdicts: readonly Verdict[];
}

/** Runs the tests of the flags given, as everything stands now. */
export function failedTests(bench: Workbench, due: ReadonlySet<UnitId>, nowMs: number): FailedTests {
  const snapshot = bench.standing()!;
  const failures: Failure[] = [];
  const verdicts: Verdict[] = [];
  for (const id of due) {
    const unit = bench.units.byId.get(id);
    const flag = unit?.kind === 'flag' ? snapshot.flags.get(unit.key) : undefined;
    const tests = flag === undefined ? undefined : snapshot.tests.get(flag.key);
    if (unit === undefined || flag === undefined || tests === undefined) continue;
    const failed = runFlagTests(snapshot, flag, { tests, nowMs });
    if (failed.length === 0) continue;
    const blame = blameFor(bench, unit, failed);
    failures.push(blame.failure);
    verdicts.push(...blame.verdicts);
  }
  return { failures, verdicts };
}

/**
 * The finding points at the case. At fault is, in this order: the flag or its tests when they changed, else whatever
 * changed among the things that it depends on.
 */
function blameFor(
  bench: Workbench,
  flag: Unit,
  failed: readonly TestFailure[],
): { failure: Failure; verdicts: Verdict[] } {
  const tests = bench.units.byId.get(unitId('test', flag.key))!;
  const flagChanged = flag.changed && bench.isNew(flag);
  const testsAreNew = bench.isNew(tests);
  const needs = [...dependenciesOf(bench, flag.id), 'project'];
  const consequence = flagChanged ? ` The flag "${flag.key}" stays as it was.` : '';
  const problems = failed.map(({ index, test, sentence }): Problem => {
    if (testsAreNew)
      return { at: ['cases', index], code: 'test-failed', sentence: `${sentence}${consequence}`, needs };
    const where = `(case at ${tests.path}:${test.line})`;
    return { at: [], code: 'test-failed', sentence: `${sentence} ${where}${consequence}`, needs };
  });
  if (flagChanged && testsAreNew) {
    const line = failed[0]!.test.line;
    const sentence = `It fails ${failed.length} of its own tests, first at ${tests.path}:${line}.`;
    const verdicts = problems.map((problem) => ({ unit: tests, problem }));
    return { failure: { unit: flag, problems: [{ at: [], code: 'test-failed', sentence }] }, verdicts };
  }
  const unit = tests.changed && testsAreNew ? tests : flag;
  return { failure: { unit, problems }, verdicts: [] };
}
