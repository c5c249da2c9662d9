import type { Condition, Flag, Outcome, Position, Rule } from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';

/** Percentages by variant. */
export type Shares = readonly (readonly [variant: string, percent: number])[];

export function shareOf(outcome: Outcome): Shares {
  if ('serve' in outcome) return [[outcome.serve, 100]];
  return outcome.split.arms.map(([variant, weight]) => [variant, (weight / outcome.split.total) * 100]);
}

/** What everyone gets whom no rule takes, rollouts left out. */
export function restShares(flag: Flag, id: string): Shares {
  if (flag.archived !== undefined) return [[flag.archived.serve, 100]];
  const environment = flag.environments.get(id);
  return environment === undefined ? [[flag.safe, 100]] : shareOf(environment.rest);
}

/** The share of everyone that a rollout has reached: a finished one counts as 100. */
export function rolloutShares(position: Position | undefined): Shares {
  if (position === undefined) return [];
  const reached = position.reached.filter(({ audience }) => audience === undefined).map(({ parts }) => parts);
  const share = Math.max(0, ...reached) / TOTAL_PARTS;
  return shareOf(position.to).map(([variant, percent]) => [variant, percent * share]);
}

export function shareIn(shares: Shares, variant: string): number {
  return shares.find(([name]) => name === variant)?.[1] ?? 0;
}

export function ruleShares(rule: Rule): Shares {
  const share = (rule.share?.parts ?? TOTAL_PARTS) / TOTAL_PARTS;
  return shareOf(rule.outcome).map(([variant, percent]) => [variant, percent * share]);
}

/** The key under which an outcome stands in the file. */
export function fieldOf(outcome: Outcome): string {
  return 'serve' in outcome ? 'serve' : 'split';
}

/** Whether a condition names whom it takes: by a value, a list, a piece of text, a segment or a flag. */
export function isNarrow(condition: Condition): boolean {
  switch (condition.op) {
    case 'all':
      return condition.of.some(isNarrow);
    case 'any':
      return condition.of.every(isNarrow);
    case 'string':
    case 'segment':
    case 'flag':
    case 'ip':
      return true;
    case 'number':
    case 'semver':
      return condition.test === 'in';
    default:
      return false;
  }
}
