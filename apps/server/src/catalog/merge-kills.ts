import type { EnvironmentKills } from '@guidon/engine/model';

/** One press as memory keeps it. */
export interface KillRecord {
  /** ULID. */
  readonly id: string;
  /** Fixed at the press: flags by environment. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  readonly expiresAtMs?: number;
}

/** The two grow-only sets. Immutable; merging gives a new state. */
export interface KillState {
  readonly kills: ReadonlyMap<string, KillRecord>;
  readonly revived: ReadonlySet<string>;
}

export const NO_KILLS: KillState = { kills: new Map(), revived: new Set() };

export interface KillMerge {
  readonly state: KillState;
  /** What was not known before and stands. */
  readonly pressed: readonly KillRecord[];
  /** What stood before and is lifted now. */
  readonly revived: readonly KillRecord[];
}

/**
 * Union of what is known and what arrives; the order of arrival does not matter and repeating changes nothing. A
 * revival that comes before its kill keeps that kill from ever standing.
 */
export function mergeKills(
  before: KillState,
  arriving: { readonly kills: Iterable<KillRecord>; readonly revived: Iterable<string> },
): KillMerge {
  const kills = new Map(before.kills);
  const revived = new Set(before.revived);
  const lifted: KillRecord[] = [];
  for (const id of arriving.revived) {
    const known = kills.get(id);
    if (known !== undefined && !revived.has(id)) lifted.push(known);
    revived.add(id);
  }
  const pressed: KillRecord[] = [];
  for (const kill of arriving.kills) {
    if (kills.has(kill.id)) continue;
    kills.set(kill.id, kill);
    if (!revived.has(kill.id)) pressed.push(kill);
  }
  return { state: { kills, revived }, pressed, revived: lifted };
}

/** Kills that are not revived, oldest first (a ULID sorts by time). */
export function standingKills(state: KillState): KillRecord[] {
  return [...state.kills.values()]
    .filter((kill) => !state.revived.has(kill.id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * The part of the state that concerns one environment. A revived kill travels as its id alone: whoever holds it lifts
 * it, whoever never saw it needs nothing more.
 */
export function killsOf(state: KillState, environment: string): EnvironmentKills {
  const kills = standingKills(state).flatMap((kill) => {
    const flags = kill.targets.get(environment);
    return flags === undefined ? [] : [{ id: kill.id, flags }];
  });
  const revived = [...state.revived].filter((id) => state.kills.get(id)?.targets.has(environment) ?? true);
  return { kills, revived: revived.sort() };
}

/** Flags that at least one standing kill holds. */
export function killedFlags(kills: EnvironmentKills): ReadonlySet<string> {
  return new Set(kills.kills.flatMap((kill) => kill.flags));
}
