import type { Flag, Position, Project } from '../model/index.js';
import { type Path, type Problem, shown } from './problem.js';
import { fieldOf, isNarrow, restShares, rolloutShares, ruleShares, shareIn, shareOf } from './shares.js';
import type { Spot } from './take-back.js';

export interface Transition {
  /** What is live; absent for a new flag. */
  readonly before: Flag | undefined;
  readonly after: Flag;
  readonly project: Project;
  /** Where the flag's rollouts stand, by environment. */
  readonly positions: ReadonlyMap<string, Position>;
  /** Whether what grows at a spot only goes back to what was live before; asked only where it grows too much. */
  growsBack(spot: Spot): boolean;
}

/**
 * What a change would do at once to people in protected environments (sentence 16). Moves toward the variant that is
 * safe today never count.
 */
export function transitionProblems(transition: Transition): Problem[] {
  const guarded = transition.project.environments
    .filter((environment) => environment.protected)
    .map(({ id }) => id);
  if (transition.before === undefined)
    return guarded.flatMap((id) => newFlagProblems(transition.after, id)).slice(0, 1);
  return guarded.flatMap((id) => [...jumpsOfRest(transition, id), ...jumpsOfRules(transition, id)]);
}

function newFlagProblems(flag: Flag, id: string): Problem[] {
  const problem = (at: Path, variant: string): Problem => ({
    at,
    code: 'new-flag-live',
    sentence: `The new flag would serve ${shown(variant)} at once in the protected environment ${shown(id)}.`,
  });
  if (flag.archived !== undefined) {
    return flag.archived.serve === flag.safe ? [] : [problem(['serve'], flag.archived.serve)];
  }
  const environment = flag.environments.get(id);
  if (environment === undefined) return [];
  const base: Path = ['environments', id];
  for (const [index, rule] of environment.rules.entries()) {
    const live = shareOf(rule.outcome).find(([variant, share]) => variant !== flag.safe && share > 0);
    if (live !== undefined && rule.share?.parts !== 0)
      return [problem([...base, 'rules', index, fieldOf(rule.outcome)], live[0])];
  }
  const live = shareOf(environment.rest).find(([variant, share]) => variant !== flag.safe && share > 0);
  return live === undefined ? [] : [problem([...base, fieldOf(environment.rest)], live[0])];
}

function jumpsOfRest(transition: Transition, id: string): Problem[] {
  const before = transition.before!;
  const { after } = transition;
  const old = restShares(before, id);
  const rolled = rolloutShares(transition.positions.get(id));
  const where = whereRest(after, id);
  return restShares(after, id).flatMap(([variant, share]) => {
    const from = Math.max(shareIn(old, variant), shareIn(rolled, variant));
    return jump(transition, { at: where, variant, from, to: share, id });
  });
}

function whereRest(flag: Flag, id: string): Path {
  if (flag.archived !== undefined) return ['serve'];
  const environment = flag.environments.get(id);
  return environment === undefined ? ['safe'] : ['environments', id, fieldOf(environment.rest)];
}

interface Step {
  readonly at: Path;
  readonly variant: string;
  readonly from: number;
  readonly to: number;
  readonly id: string;
  /** Absent: the last line. */
  readonly rule?: string;
}

function jump(transition: Transition, step: Step): Problem[] {
  const { jumpPoints } = transition.project.limits;
  if (step.variant === transition.before!.safe || step.to - step.from <= jumpPoints + 1e-9) return [];
  if (transition.growsBack({ environment: step.id, ...(step.rule === undefined ? {} : { rule: step.rule }) }))
    return [];
  const sentence = `${shown(step.variant)} jumps from ${round(step.from)} to ${round(step.to)} percent in the protected environment ${shown(step.id)}; the limit is ${jumpPoints} points.`;
  return [{ at: step.at, code: 'percent-jump', sentence }];
}

function round(percent: number): number {
  return Math.round(percent * 1000) / 1000;
}

function jumpsOfRules(transition: Transition, id: string): Problem[] {
  const before = transition.before!;
  const environment = transition.after.environments.get(id);
  if (environment === undefined) return [];
  const old = before.environments.get(id);
  return environment.rules.flatMap((rule, index) => {
    const earlier = old?.rules.find((one) => one.id === rule.id);
    // How many people a list or a segment takes is unknown but chosen; only its percentage can be seen to jump.
    if (earlier === undefined && isNarrow(rule.when)) return [];
    const base =
      earlier === undefined || (isNarrow(earlier.when) && !isNarrow(rule.when)) ? [] : ruleShares(earlier);
    return ruleShares(rule).flatMap(([variant, share]) => {
      const from = Math.max(shareIn(base, variant), shareIn(restShares(before, id), variant));
      const field = rule.share === undefined ? fieldOf(rule.outcome) : 'percent';
      return jump(transition, {
        at: ['environments', id, 'rules', index, field],
        variant,
        from,
        to: share,
        id,
        rule: rule.id,
      });
    });
  });
}
