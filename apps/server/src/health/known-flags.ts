import type { RulesetFlag } from '@guidon/engine/model';
import type { LiveCatalog } from '../catalog/index.js';
import type { KnownFlags } from '../usage/index.js';

/** The flags that anybody is served now; during a wave those of both rulesets. */
export function knownFlags(live: Pick<LiveCatalog, 'current' | 'candidate'>): KnownFlags {
  const find = (environment: string, flag: string): RulesetFlag[] =>
    [live.current(environment), live.candidate(environment)?.live].flatMap((served) =>
      served !== undefined && Object.hasOwn(served.ruleset.flags, flag)
        ? (served.ruleset.flags[flag] ?? [])
        : [],
    );
  return {
    has: (environment, flag) => find(environment, flag).length > 0,
    hasVariant: (environment, flag, variant) =>
      find(environment, flag).some(({ variants }) => variants.some(([name]) => name === variant)),
  };
}
