import { compile } from '../compile/index.js';
import { evaluate } from '../evaluate/index.js';
import type { Condition, Flag, Position, RulesetFlag } from '../model/index.js';
import { resolve } from '../resolve/index.js';
import { conditionsWithin } from './condition-walk.js';
import { closureOf, positionAt } from './run-flag-tests.js';
import type { Standing } from './standing.js';

export interface DryFailure {
  readonly key: string;
  readonly sentence: string;
}

/**
 * Evaluates every flag in every environment once, with all rollouts begun, so that nothing that cannot be compiled
 * goes live. Contexts are empty: what is looked for is an error, not a value.
 *
 * @param due keys of the flags that are to be evaluated; absent: all. What they depend on is resolved with them.
 */
export function evaluateDry(standing: Standing, nowMs: number, due?: readonly string[]): DryFailure[] {
  const failures = new Map<string, DryFailure>();
  const asked = due === undefined ? [...standing.flags.values()] : flagsOf(standing, due);
  const flags = due === undefined ? standing.flags : closureOf(standing.flags, asked);
  for (const { id } of asked.length === 0 ? [] : standing.project.environments) {
    const positions = [...flags.values()].flatMap((flag) => begun(flag, id));
    const ruleset = resolve({ flags, segments: standing.segments }, positions, id, 'dry');
    const view = compile(ruleset, { generation: 0, killed: new Set() });
    for (const flag of asked) {
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

function flagsOf({ flags }: Standing, keys: readonly string[]): Flag[] {
  return keys.flatMap((key) => flags.get(key) ?? []);
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
