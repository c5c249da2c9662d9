import type { Plan } from './plan.js';

/** The outcomes that a plan's guards watch, each once, in their order. */
export function watchedOutcomes(plan: Pick<Plan, 'guards'>): string[] {
  return [...new Set(plan.guards.flatMap((guard) => ('outcome' in guard ? [guard.outcome] : [])))];
}
