import type { Flag } from '@guidon/engine/model';
import { type LiveCatalog, nearKeys } from '../catalog/index.js';
import type { FlagFacts } from '../proposals/index.js';

/** What proposals have to know of the flags that are live. */
export function flagFacts(live: Pick<LiveCatalog, 'environments' | 'snapshot'>): FlagFacts {
  return {
    environments: () => live.environments(),
    near: (key) => nearKeys(key, live.snapshot()?.flags.keys() ?? []),
    find(key) {
      const flag = live.snapshot()?.flags.get(key);
      if (flag === undefined) return undefined;
      return {
        variants: flag.variants.map(({ name }) => name),
        isArchived: flag.archived !== undefined,
        servedEverywhere: servedEverywhere(flag, live.environments()),
      };
    },
  };
}

/** An environment that is not listed serves `safe`. */
function servedEverywhere(flag: Flag, environments: readonly string[]): string | undefined {
  const served = environments.map((id) => {
    const environment = flag.environments.get(id);
    if (environment === undefined) return flag.safe;
    const { rules, rollout, rest } = environment;
    return rules.length > 0 || rollout !== undefined || !('serve' in rest) ? undefined : rest.serve;
  });
  return new Set(served).size === 1 ? served[0] : undefined;
}
