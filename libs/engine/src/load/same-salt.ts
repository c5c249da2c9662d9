import { type FlagEnvironment, type Outcome, TOTAL_PARTS } from '../model/index.js';
import { type Binding, report } from './binding.js';
import { type Path, shown } from './problem.js';

interface Earlier {
  readonly salt: string;
  readonly what: string;
}

/**
 * A split behind a percentage with the same salt divides only the top of the bucket range, so its shares are wrong
 * (sentence 29). Rules with less than 100 percent and rollouts pass units on; a split without percentage does not.
 */
export function checkSalts(binding: Binding, at: Path, environment: FlagEnvironment): void {
  const earlier: Earlier[] = [];
  for (const [index, rule] of environment.rules.entries()) {
    const place = [...at, 'rules', index];
    checkSplit(binding, place, rule.outcome, earlier);
    if (rule.share !== undefined && rule.share.parts < TOTAL_PARTS) {
      earlier.push({ salt: rule.share.bucketing.salt, what: `the percentage of rule ${shown(rule.id)}` });
    }
  }
  const { rollout } = environment;
  if (rollout !== undefined) {
    checkSplit(binding, [...at, 'rollout'], rollout.to, earlier);
    earlier.push({ salt: rollout.bucketing.salt, what: 'the rollout' });
  }
  checkSplit(binding, at, environment.rest, earlier);
}

function checkSplit(binding: Binding, at: Path, outcome: Outcome, earlier: readonly Earlier[]): void {
  if (!('split' in outcome)) return;
  const same = earlier.find(({ salt }) => salt === outcome.split.bucketing.salt);
  if (same === undefined) return;
  const field = at.at(-1) === 'rollout' ? 'to' : 'split';
  const sentence = `This split draws with the salt ${shown(outcome.split.bucketing.salt)}, and so does ${same.what}.`;
  report(binding, { at: [...at, field], onKey: true, code: 'same-salt', sentence });
}
