import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import type { Condition, Flag, Position, RulesetFlag, Snapshot } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { conditionsWithin } from './condition-walk.js';
import { positionAt } from './run-flag-tests.js';

export interface DryFailure {
  readonly key: string;
  readonly sentence: string;
}

/**
 * Evaluates every flag in every environment once, with all rollouts begun, so that nothing that cannot be compiled
 * goes live. Contexts are empty: what is looked for is an error, not a value.
 */
export function evaluateDry(snapshot: Snapshot, nowMs: number): DryFailure[] {
  const failures = new Map<string, DryFailure>();
  for (const { id } of snapshot.project.environments) {
    const positions = [...snapshot.flags.values()].flatMap((flag) => begun(flag, id));
    const ruleset = resolve(snapshot, positions, id, 'dry');
    const view = compile(ruleset, { generation: 0, killed: new Set() });
    for (const flag of snapshot.flags.values()) {
      const source = ruleset.flags[flag.key]!;
      if (sound.has(source)) continue;
      const answer = evaluate(view, flag.key, {}, nowMs);
      if (answer.errorCode === undefined && standsAlone(source)) sound.add(source);
      if (answer.errorCode === undefined || failures.has(flag.key)) continue;
      failures.set(flag.key, {
        key: flag.key,
        sentence: `In "${id}" the flag answers with ${answer.errorCode}.`,
      });
    }
  }
  return [...failures.values()];
}

/** Answered without an error and can never answer otherwise: neither the clock nor another file has a say. */
const sound = new WeakSet<RulesetFlag>();

function standsAlone({ requires, rules = [], rollout }: RulesetFlag): boolean {
  if (requires !== undefined || rollout !== undefined) return false;
  return rules.every(({ when }) => [...conditionsWithin(when)].every(looksAtContextOnly));
}

function looksAtContextOnly(condition: Condition): boolean {
  return 'of' in condition || ('attribute' in condition && condition.attribute !== 'now');
}

/** The last stage but one, so that audiences are compiled that the last stage makes superfluous. */
function begun(flag: Flag, environment: string): Position[] {
  const stages = flag.environments.get(environment)?.rollout?.plan.stages ?? [];
  const position = positionAt(flag, environment, (stages.at(-2) ?? stages.at(-1))?.id);
  return position === undefined ? [] : [position];
}
