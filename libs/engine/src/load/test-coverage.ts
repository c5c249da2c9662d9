import type { TriedFlag } from './try-flags.js';

/** One thing of a flag that a case can reach. */
export interface Reachable {
  readonly what: 'environment' | 'variant' | 'rule' | 'rollout';
  readonly name: string;
  /** Of a rule or rollout. */
  readonly environment?: string;
  readonly reached: boolean;
}

/**
 * What the cases of a flag have reached: an environment by being asked about, a variant by being served anywhere, a rule
 * by deciding, a rollout by a case at one of its stages and one before or outside it. An archived flag has nothing to reach.
 */
export function coverageOf({ flag, outcomes }: Pick<TriedFlag, 'flag' | 'outcomes'>): Reachable[] {
  if (flag === undefined || flag.archived !== undefined) return [];
  const environments = new Set(outcomes.map(({ environment }) => environment));
  const variants = new Set(outcomes.map(({ answer }) => answer.variant));
  return [
    ...[...flag.environments.keys()].map(
      (name): Reachable => ({ what: 'environment', name, reached: environments.has(name) }),
    ),
    ...flag.variants.map(({ name }): Reachable => ({ what: 'variant', name, reached: variants.has(name) })),
    ...[...flag.environments].flatMap(([environment, { rules, rollout }]) => [
      ...rules.map(({ id }): Reachable => {
        const reached = outcomes.some((one) => one.environment === environment && one.answer.ruleId === id);
        return { what: 'rule', name: id, environment, reached };
      }),
      ...(rollout === undefined ? [] : [rolloutIn(environment, outcomes)]),
    ]),
  ];
}

function rolloutIn(environment: string, outcomes: TriedFlag['outcomes']): Reachable {
  const own = outcomes.filter((one) => one.environment === environment);
  const reached =
    own.some(({ test }) => test.stage !== undefined) && own.some(({ test }) => test.stage === undefined);
  return { what: 'rollout', name: 'rollout', environment, reached };
}
