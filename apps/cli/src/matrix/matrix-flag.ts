import type { Flag, Outcome, Snapshot } from '@guidon/engine/model';

/** A flag as a factor of test runs. */
export interface MatrixFlag {
  readonly key: string;
  /** `safe` first, then in code-point order: where nothing else matters the first is chosen. */
  readonly variants: readonly string[];
  readonly safe: string;
  /** What stands for "on": where the environment is heading, else the first other variant. */
  readonly on: string;
  /** Requirements among the flags of the matrix; while one is unmet, only `safe` can be served. */
  readonly requires: readonly { readonly flag: string; readonly variants: readonly string[] }[];
}

/** What a run pins. */
export type Assignment = { readonly [flag: string]: string };

export function matrixFlags(
  { flags }: Snapshot,
  keys: readonly string[],
  environment: string,
): readonly MatrixFlag[] {
  const used = new Set(keys);
  return [...used].sort().map((key) => {
    const flag = flags.get(key) as Flag;
    const { safe, archived } = flag;
    const names = archived === undefined ? flag.variants.map(({ name }) => name) : [archived.serve];
    const others = names.filter((name) => name !== safe);
    return {
      key,
      variants: archived === undefined ? [safe, ...others] : names,
      safe: archived?.serve ?? safe,
      on: archived?.serve ?? goalOf(flag, environment, others) ?? safe,
      requires: archived === undefined ? flag.requires.filter((one) => used.has(one.flag)) : [],
    };
  });
}

function goalOf(flag: Flag, environment: string, others: readonly string[]): string | undefined {
  const here = flag.environments.get(environment);
  const goals = here === undefined ? [] : [here.rollout?.to ?? here.rest, here.rest].flatMap(variantsOf);
  return goals.find((name) => name !== flag.safe) ?? others[0];
}

function variantsOf(outcome: Outcome): string[] {
  if ('serve' in outcome) return [outcome.serve];
  return outcome.split.arms.filter(([, weight]) => weight > 0).map(([name]) => name);
}
