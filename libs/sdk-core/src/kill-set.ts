import type { EnvironmentKills } from '@guidon/engine/model';

/**
 * The kills of one environment as two grow-only sets, merged by union: in whatever order and however often events
 * come, the result is the same, and a kill is lifted only by a revival that names it.
 */
export interface KillSet {
  readonly kills: ReadonlyMap<string, ReadonlySet<string>>;
  readonly revived: ReadonlySet<string>;
}

export const NO_KILLS: KillSet = { kills: new Map(), revived: new Set() };

/** The union of both. Returns `set` itself when `more` adds nothing, so that callers can tell by identity. */
export function mergeKills(set: KillSet, more: Partial<EnvironmentKills>): KillSet {
  const kills = new Map(set.kills);
  let grown = false;
  for (const { id, flags } of more.kills ?? []) {
    const known = kills.get(id);
    if (known !== undefined && flags.every((flag) => known.has(flag))) continue;
    kills.set(id, new Set([...(known ?? []), ...flags]));
    grown = true;
  }
  const newlyRevived = (more.revived ?? []).filter((id) => !set.revived.has(id));
  if (!grown && newlyRevived.length === 0) return set;
  return { kills, revived: new Set([...set.revived, ...newlyRevived]) };
}

/** Flags that a kill not yet revived holds. */
export function killedFlags(set: KillSet): ReadonlySet<string> {
  const killed = new Set<string>();
  for (const [id, flags] of set.kills) {
    if (set.revived.has(id)) continue;
    for (const flag of flags) killed.add(flag);
  }
  return killed;
}

/** The set as it travels and as it is stored. */
export function listKills(set: KillSet): EnvironmentKills {
  return {
    kills: [...set.kills].map(([id, flags]) => ({ id, flags: [...flags] })),
    revived: [...set.revived],
  };
}

/** Kills still in force here of which `server` knows nothing: nobody can revive them by pressing a button. */
export function killsUnknownTo(server: EnvironmentKills, set: KillSet): readonly string[] {
  const known = new Set([...server.kills.map((kill) => kill.id), ...server.revived]);
  return [...set.kills.keys()].filter((id) => !set.revived.has(id) && !known.has(id));
}
