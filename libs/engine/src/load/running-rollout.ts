import {
  type FlagEnvironment,
  type Position,
  type RolloutIntent,
  TOTAL_PARTS,
  whyNotSafer,
} from '../model/index.js';
import type { Path, Problem } from './problem.js';
import { shown } from './problem.js';
import { fieldOf } from './shares.js';
import type { Transition } from './transitions.js';

/** A running rollout keeps its target, units and last line until it is taken out (sentence 35). */
export function runningRolloutProblems(transition: Transition): Problem[] {
  return [...transition.after.environments].flatMap(([id, environment]) => {
    const position = transition.positions.get(id);
    const old = transition.before?.environments.get(id);
    if (position === undefined || environment.rollout === undefined || old?.rollout === undefined) return [];
    if (isDone(position)) return [];
    const field = changedField(environment, old);
    if (field === undefined) return planProblems(id, old.rollout, environment.rollout);
    const sentence = `The rollout in ${shown(id)} is running, so ${field.name} may not change.`;
    return [
      {
        at: ['environments', id, ...field.at],
        onKey: true as const,
        code: 'rollout-running' as const,
        sentence,
      },
    ];
  });
}

/** A name that stays stands for the plan that the rollout began with, whatever `guidon.yaml` says meanwhile (sentence 34). */
function planProblems(id: string, before: RolloutIntent, after: RolloutIntent): Problem[] {
  if (after.planName !== undefined && after.planName === before.planName) return [];
  const why = whyNotSafer(before.plan, after.plan);
  if (why.length === 0) return [];
  const sentence = `The rollout in ${shown(id)} is running, and its plan may only become safer: ${why.join('; ')}.`;
  return [{ at: ['environments', id, 'rollout', 'plan'], onKey: true, code: 'plan-not-safer', sentence }];
}

function isDone(position: Position): boolean {
  const everyone = position.reached.some(
    ({ audience, parts }) => audience === undefined && parts === TOTAL_PARTS,
  );
  return everyone && position.holdoutParts === 0;
}

function changedField(
  after: FlagEnvironment,
  before: FlagEnvironment,
): { name: string; at: Path } | undefined {
  const rollout = after.rollout!;
  const old = before.rollout!;
  if (!same(after.rest, before.rest)) return { name: 'the last line', at: [fieldOf(after.rest)] };
  for (const name of ['by', 'salt', 'algorithm'] as const) {
    if (!same(rollout.bucketing[name], old.bucketing[name]))
      return { name: name === 'algorithm' ? 'bucketing' : name, at: ['rollout'] };
  }
  return same(rollout.to, old.to) ? undefined : { name: 'to', at: ['rollout', 'to'] };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
