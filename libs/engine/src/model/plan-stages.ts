import { canonicalJson } from './canonical-json.js';
import type { Condition } from './condition.js';
import { TOTAL_PARTS } from './limits.js';
import type { Plan } from './plan.js';

/**
 * Whether a stage has a random control inside of its own audience: people who are like those whom it takes and were not
 * drawn (V1b). Whom a reached audience takes as a whole, nobody is left to compare with; only a hold-out leaves
 * some at 100 percent of everyone.
 */
export function hasControl(plan: Pick<Plan, 'stages' | 'holdoutParts'>, index: number): boolean {
  const stage = plan.stages[index];
  if (stage === undefined) return false;
  const reached = plan.stages.slice(0, index + 1);
  const everyone = reached.some(({ audience, parts }) => audience === undefined && isWhole(parts));
  if (everyone && plan.holdoutParts === 0) return false;
  if (stage.audience === undefined) return true;
  const same = sameAudience(stage.audience);
  return !reached.some(({ audience, parts }) => same(audience) && isWhole(parts));
}

function isWhole(parts: number | undefined): boolean {
  return (parts ?? TOTAL_PARTS) >= TOTAL_PARTS;
}

function sameAudience(audience: Condition): (other: Condition | undefined) => boolean {
  const text = canonicalJson(audience);
  return (other) => other !== undefined && canonicalJson(other) === text;
}
