import { type View, withKilled } from '@guidon/engine/compile';
import type { Ruleset, Snapshot } from '@guidon/engine/model';
import { formatTag } from '@guidon/protocol';
import { killDigest } from './kill-digest.js';
import type { LiveEnvironment } from './live.js';
import { type KillState, killedFlags, killsOf } from './merge-kills.js';

/** A ruleset ready to be swapped in; made ahead so that the swap itself is instant. */
export interface PreparedRuleset {
  readonly ruleset: Ruleset;
  /** See `LiveEnvironment`. */
  readonly content: { readonly hash: string; readonly ruleset: Ruleset };
  readonly generation: number;
  readonly hash: string;
  readonly snapshot: Snapshot;
  readonly view: View;
}

/** A prepared ruleset with the kills as they are now; a press may have come since it was prepared. */
export function makeLive(lineage: string, prepared: PreparedRuleset, state: KillState): LiveEnvironment {
  const { ruleset, content, generation, hash, snapshot, view } = prepared;
  const { environment, revision } = ruleset;
  const facts = { environment, lineage, generation, hash, revision, ruleset, content, snapshot };
  return { ...facts, ...overlay({ environment, lineage, generation, view }, state) };
}

/** The same ruleset under other kills. */
export function withKills(before: LiveEnvironment, state: KillState): LiveEnvironment {
  return { ...before, ...overlay(before, state) };
}

export function isOf(live: LiveEnvironment | undefined, lineage: string, generation: number): boolean {
  return live?.lineage === lineage && live.generation === generation;
}

function overlay(
  {
    environment,
    lineage,
    generation,
    view,
  }: Pick<LiveEnvironment, 'environment' | 'lineage' | 'generation' | 'view'>,
  state: KillState,
) {
  const kills = killsOf(state, environment);
  const killed = killedFlags(kills);
  const digest = killDigest(kills);
  return {
    ...{ kills, killed, killDigest: digest },
    tag: formatTag({ lineage, generation, killDigest: digest }),
    view: sameSet(view.killed, killed) ? view : withKilled(view, killed),
  };
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const entry of a) if (!b.has(entry)) return false;
  return true;
}
