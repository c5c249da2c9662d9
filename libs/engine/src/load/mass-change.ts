import type { Condition, Flag, Segment, Snapshot } from '../model/index.js';
import { conditionsWithin } from './condition-walk.js';
import type { Problem } from './problem.js';
import type { Unit } from './units.js';

/** Below so many, a share says nothing: in a project of three flags one is a third. */
const LEAST = 5;

export interface Gone {
  readonly unit: Unit;
  readonly problem: Problem;
}

/**
 * A commit that deletes or empties more than `limits.massChange` percent of the flags, of all rules, or of a segment's
 * listed members is more often an accident than a decision.
 */
export function massChanges(before: Snapshot, after: Snapshot, changed: readonly Unit[]): Gone[] {
  const share = after.project.limits.massChange / 100;
  return [
    ...deletedFlags(before, changed, share),
    ...lostRules(before, after, { changed, share }),
    ...lostMembers(before, after, { changed, share }),
  ];
}

function deletedFlags(before: Snapshot, changed: readonly Unit[], share: number): Gone[] {
  const gone = changed.filter((unit) => unit.kind === 'flag' && unit.file === undefined);
  const sentence = `The commit deletes ${gone.length} of ${before.flags.size} flags.`;
  return isMass(gone.length, before.flags.size, share) ? gone.map((unit) => finding(unit, sentence)) : [];
}

function lostRules(
  before: Snapshot,
  after: Snapshot,
  scope: { changed: readonly Unit[]; share: number },
): Gone[] {
  const total = sum([...before.flags.values()].map(rulesOf));
  const losses = scope.changed
    .filter((unit) => unit.kind === 'flag')
    .map((unit) => ({ unit, lost: rulesLost(before.flags.get(unit.key), after.flags.get(unit.key)) }))
    .filter(({ lost }) => lost > 0);
  const lost = sum(losses.map((loss) => loss.lost));
  const sentence = `The commit removes ${lost} of ${total} rules.`;
  return isMass(lost, total, scope.share) ? losses.map(({ unit }) => finding(unit, sentence)) : [];
}

function lostMembers(
  before: Snapshot,
  after: Snapshot,
  scope: { changed: readonly Unit[]; share: number },
): Gone[] {
  return scope.changed
    .filter((unit) => unit.kind === 'segment' && unit.file !== undefined)
    .flatMap((unit) => {
      const had = membersOf(before.segments.get(unit.key));
      const lost = had - membersOf(after.segments.get(unit.key));
      const sentence = `The commit removes ${lost} of ${had} members of the segment "${unit.key}".`;
      return isMass(lost, had, scope.share) ? [finding(unit, sentence)] : [];
    });
}

function isMass(lost: number, total: number, share: number): boolean {
  return lost >= LEAST && lost > total * share;
}

function finding(unit: Unit, sentence: string): Gone {
  return { unit, problem: { at: [], code: 'mass-change', sentence } };
}

/** Archiving takes all rules out, which is its purpose and no loss. */
function rulesLost(before: Flag | undefined, after: Flag | undefined): number {
  return after?.archived === undefined ? rulesOf(before) - rulesOf(after) : 0;
}

function rulesOf(flag: Flag | undefined): number {
  if (flag === undefined) return 0;
  return sum([...flag.environments.values()].map(({ rules }) => rules.length));
}

function membersOf(segment: Segment | undefined): number {
  if (segment === undefined) return 0;
  return sum([...conditionsWithin(segment.when)].map(listLength));
}

function listLength(condition: Condition): number {
  if (condition.op === 'ip') return condition.in.length;
  return 'values' in condition ? condition.values.length : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
