import type { FlagCheck } from './check-flag.js';
import { type Problem, shown } from './problem.js';
import { takeBacksOf } from './take-back.js';

/**
 * A flag may be deleted only when what is live of it is archived (sentence 39), or when nothing has become of it since the
 * revision that brought it: then deleting it takes that revision back, and applications ask again as they did before.
 */
export function whyNotDeletable(
  check: Pick<FlagCheck, 'unit' | 'input' | 'project' | 'positions'>,
): Problem | undefined {
  const { unit, input } = check;
  const before = input.previous?.flags.get(unit.key);
  if (before === undefined || before.archived !== undefined) return undefined;
  const why = whyNotTakenBack(check);
  if (why === undefined) return undefined;
  const sentence = `The flag ${shown(unit.key)} is deleted, but it is not archived${why}.`;
  return { at: [], code: 'delete-live-flag', sentence };
}

/** Ends the sentence; nothing is said of the past where none is known. */
function whyNotTakenBack({
  unit,
  input,
  project,
  positions,
}: Pick<FlagCheck, 'unit' | 'input' | 'project' | 'positions'>): string | undefined {
  if (input.past === undefined) return '';
  if (takeBacksOf(input).broughtBy(unit.key, unit.previous) === undefined) {
    const known = input.past.stepsOf(unit.id).some(({ from }) => from === undefined);
    return known
      ? ', and it has changed since it came'
      : ', and the first revision that was read here had it already';
  }
  const begun = project.environments.find(
    ({ id, protected: guarded }) => guarded && (positions.get(id)?.reached.length ?? 0) > 0,
  );
  return begun === undefined ? undefined : `, and its rollout in ${shown(begun.id)} has begun`;
}
