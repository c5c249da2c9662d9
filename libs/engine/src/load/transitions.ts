import { type Flag, type Position, type Project, type Rule, renamedRules } from '../model/index.js';
import { completedBy } from './completion.js';
import type { Spot } from './exchange.js';
import { type Path, type Problem, shown } from './problem.js';
import {
  fieldOf,
  isNarrow,
  restShares,
  rolloutShares,
  ruleShares,
  type Shares,
  shareIn,
  shareOf,
} from './shares.js';

export interface Transition {
  /** What is live; absent for a new flag. */
  readonly before: Flag | undefined;
  readonly after: Flag;
  readonly project: Project;
  /** Where the flag's rollouts stand, by environment. */
  readonly positions: ReadonlyMap<string, Position>;
  /** See `LoadInput`. */
  readonly positionsUnknown: boolean;
  /** What everybody is served of the flag in an environment, where that is not `before`. */
  served(environment: string): Flag | undefined;
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
  const { before, after, positionsUnknown } = transition;
  const completed = positionsUnknown ? completedBy(before, after, id) : undefined;
  const rolled = completed === undefined ? rolloutShares(transition.positions.get(id)) : shareOf(completed);
  const at = whereRest(transition.after, id);
  return restShares(transition.after, id).flatMap(([variant, to]) => {
    const fromIn = (flag: Flag) => Math.max(shareIn(restShares(flag, id), variant), shareIn(rolled, variant));
    return jump(transition, { at, variant, fromIn, to, id });
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
  /** The share that a version gives already. */
  readonly fromIn: (flag: Flag) => number;
  readonly to: number;
  readonly id: string;
  /** Absent: the last line. */
  readonly rule?: string;
}

/**
 * Measured by what everybody is served: otherwise ten steps that no wave has let through yet would become one. Where the
 * revision does not raise the share at all, a jump is not its doing.
 */
function jump(transition: Transition, step: Step): Problem[] {
  const { jumpPoints } = transition.project.limits;
  const before = transition.before!;
  const served = transition.served(step.id);
  const [from, newest] = [step.fromIn(served ?? before), step.fromIn(before)];
  if (step.variant === (served ?? before).safe || step.to - newest <= 1e-9) return [];
  if (step.to - from <= jumpPoints + 1e-9) return [];
  if (transition.growsBack({ environment: step.id, ...(step.rule === undefined ? {} : { rule: step.rule }) }))
    return [];
  const sentence = `${shown(step.variant)} jumps from ${round(from)} to ${round(step.to)} percent in the protected environment ${shown(step.id)}; the limit is ${jumpPoints} points`;
  if (step.to - newest > jumpPoints + 1e-9 || from === newest)
    return [{ at: step.at, code: 'percent-jump', sentence: `${sentence}.` }];
  const late = `${sentence}. Everybody is served ${round(from)} percent there, for the ${round(newest)} of the newest revision have not reached everybody yet.`;
  const fix = 'Push it again once they have; or use a rollout, or waive with a reason.';
  return [{ at: step.at, code: 'percent-jump', sentence: late, fix }];
}

function round(percent: number): number {
  return Math.round(percent * 1000) / 1000;
}

function jumpsOfRules(transition: Transition, id: string): Problem[] {
  const before = transition.before!;
  const environment = transition.after.environments.get(id);
  if (environment === undefined) return [];
  return environment.rules.flatMap((rule, index) => {
    // How many people a list or a segment takes is unknown but chosen; only its percentage can be seen to jump.
    if (ruleIn(before, transition.after, { id, rule }) === undefined && isNarrow(rule.when)) return [];
    const field = rule.share === undefined ? fieldOf(rule.outcome) : 'percent';
    const at: Path = ['environments', id, 'rules', index, field];
    return ruleShares(rule).flatMap(([variant, to]) => {
      const fromIn = (flag: Flag) =>
        Math.max(
          shareIn(baseShares(flag, transition.after, { id, rule }), variant),
          shareIn(restShares(flag, id), variant),
        );
      return jump(transition, { at, variant, fromIn, to, id, rule: rule.id });
    });
  });
}

interface RulePlace {
  readonly id: string;
  readonly rule: Rule;
}

/** The rule as it was, under this or another id. */
function ruleIn(before: Flag, after: Flag, { id, rule }: RulePlace): Rule | undefined {
  const here = before.environments.get(id);
  const same = here?.rules.find((one) => one.id === rule.id);
  return same ?? renamedRules(here, after.environments.get(id)).get(rule.id);
}

/** What the rule gave before; nothing when it was there only for people whom it names, and is for everybody now. */
function baseShares(before: Flag, after: Flag, place: RulePlace): Shares {
  const earlier = ruleIn(before, after, place);
  return earlier === undefined || (isNarrow(earlier.when) && !isNarrow(place.rule.when))
    ? []
    : ruleShares(earlier);
}
