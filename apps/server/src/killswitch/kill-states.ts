import type { AuditEvent } from '../audit/index.js';
import type { KillEntry, LiveCatalog } from '../catalog/index.js';

type Targets = Pick<KillEntry, 'targets'>;
type Live = Pick<LiveCatalog, 'current'>;

/** Of each environment; the kill itself keeps all. */
const MOST_NAMED = 50;

/** What an audit entry says of flags that no kill of this kind holds: they serve what this generation says. */
export function freeState({ targets }: Targets, live: Live): { readonly [name: string]: unknown } {
  const generations = [...targets.keys()].flatMap((environment) => {
    const generation = live.current(environment)?.generation;
    return generation === undefined ? [] : [[environment, generation] as const];
  });
  return { standing: false, generations: Object.fromEntries(generations) };
}

/** Of flags that a kill holds: the safe variant that each serves, as far as this server knows it. */
export function standingState(
  { id, targets }: Targets & Pick<KillEntry, 'id'>,
  live: Live,
): { readonly [name: string]: unknown } {
  const serves = [...targets].map(([environment, flags]) => {
    const known = new Map(Object.entries(live.current(environment)?.ruleset.flags ?? {}));
    const safe = flags.slice(0, MOST_NAMED).flatMap((key) => {
      const flag = known.get(key);
      return flag === undefined ? [] : [[key, flag.safe] as const];
    });
    return [environment, Object.fromEntries(safe)] as const;
  });
  return { standing: true, kill: id, serves: Object.fromEntries(serves) };
}

/** By what an entry about a kill is found. */
export function searchedBy({ targets }: Targets): Pick<AuditEvent, 'environments' | 'flags'> {
  return { environments: [...targets.keys()], flags: [...new Set([...targets.values()].flat())] };
}
