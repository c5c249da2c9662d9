import type { Condition, Flag, FlagEnvironment } from '../model/index.js';

/** Every condition in a tree, parents first. */
export function* conditionsWithin(root: Condition): Generator<Condition> {
  const open = [root];
  for (let condition = open.pop(); condition !== undefined; condition = open.pop()) {
    yield condition;
    if (condition.op === 'all' || condition.op === 'any') open.push(...condition.of);
    else if (condition.op === 'not') open.push(condition.of);
  }
}

/** The conditions of an environment: of its rules and of its rollout's audiences. */
export function conditionsOf(environment: FlagEnvironment): Condition[] {
  const audiences = (environment.rollout?.plan.stages ?? []).flatMap(({ audience }) => audience ?? []);
  return [...environment.rules.map(({ when }) => when), ...audiences];
}

export function* conditionsOfFlag(flag: Flag): Generator<Condition> {
  for (const environment of flag.environments.values()) {
    for (const condition of conditionsOf(environment)) yield* conditionsWithin(condition);
  }
}
