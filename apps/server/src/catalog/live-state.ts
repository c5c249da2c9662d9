import { compile, type View, withKilled } from '@guidon/engine/compile';
import type { Ruleset, RulesetPatch, Snapshot } from '@guidon/engine/model';
import { formatTag } from '@guidon/protocol';
import type { Log } from '../kernel/log/index.js';
import { killDigest } from './kill-digest.js';
import type { LiveCatalog, LiveChange, LiveEnvironment } from './live.js';
import {
  type KillMerge,
  type KillRecord,
  killedFlags,
  killsOf,
  mergeKills,
  NO_KILLS,
} from './merge-kills.js';

/** A ruleset ready to be swapped in; made ahead so that the swap itself is instant. */
export interface PreparedRuleset {
  readonly ruleset: Ruleset;
  readonly generation: number;
  readonly hash: string;
  /** From the ruleset that is live now; `undefined` when there is none. */
  readonly patch: RulesetPatch | undefined;
  readonly view: View;
}

export interface Swap {
  readonly lineage: string;
  readonly snapshot: Snapshot;
  readonly rulesets: readonly PreparedRuleset[];
  readonly removed: readonly string[];
}

/** What this replica serves, in memory. Every change is one synchronous swap, told to listeners afterwards. */
export class LiveState implements LiveCatalog {
  private readonly live = new Map<string, LiveEnvironment>();
  private readonly listeners = new Set<(change: LiveChange) => void>();
  private newest: Snapshot | undefined;
  private killState = NO_KILLS;

  constructor(private readonly log: Log) {}

  environments(): readonly string[] {
    return this.newest?.project.environments.map(({ id }) => id).filter((id) => this.live.has(id)) ?? [];
  }

  current(environment: string): LiveEnvironment | undefined {
    return this.live.get(environment);
  }

  rulesetFor(environment: string, _instanceId: string | undefined): LiveEnvironment | undefined {
    return this.live.get(environment);
  }

  /** Flag tests are left out: nothing that is served needs them. */
  snapshot(): Snapshot | undefined {
    return this.newest;
  }

  subscribe(listener: (change: LiveChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  kills(): typeof this.killState {
    return this.killState;
  }

  prepare(ruleset: Ruleset, facts: Omit<PreparedRuleset, 'ruleset' | 'view'>): PreparedRuleset {
    const killed = killedFlags(killsOf(this.killState, ruleset.environment));
    return { ruleset, ...facts, view: compile(ruleset, { generation: facts.generation, killed }) };
  }

  swap({ lineage, snapshot, rulesets, removed }: Swap): void {
    this.newest = snapshot;
    for (const environment of removed) this.live.delete(environment);
    const changes = rulesets.map((prepared) => this.swapOne(lineage, prepared));
    for (const change of changes) this.tell(change);
  }

  /** Lays kills over what is served, at once. Safe to call again with what is known already. */
  applyKills(arriving: { kills: Iterable<KillRecord>; revived: Iterable<string> }): KillMerge {
    const merge = mergeKills(this.killState, arriving);
    this.killState = merge.state;
    const touched = new Set([...merge.pressed, ...merge.revived].flatMap((kill) => [...kill.targets.keys()]));
    // Everything is laid over first and told then, presses before revivals: who hears of one sees all of them.
    for (const environment of touched) this.lay(environment);
    for (const environment of touched) this.tellPressed(environment, merge);
    for (const environment of touched) this.tellRevived(environment, merge);
    return merge;
  }

  private swapOne(lineage: string, prepared: PreparedRuleset): LiveChange {
    const { ruleset, generation, hash, patch } = prepared;
    const { environment, revision } = ruleset;
    const before = this.live.get(environment);
    const kills = killsOf(this.killState, environment);
    const killed = killedFlags(kills);
    const digest = killDigest(kills);
    const live: LiveEnvironment = {
      environment,
      lineage,
      generation,
      hash,
      revision,
      ruleset,
      kills,
      killed,
      killDigest: digest,
      tag: formatTag({ lineage, generation, killDigest: digest }),
      // A press may have come between preparing and swapping.
      view: sameSet(prepared.view.killed, killed) ? prepared.view : withKilled(prepared.view, killed),
    };
    this.live.set(environment, live);
    return { kind: 'ruleset', live, before, patch: before === undefined ? undefined : patch };
  }

  private lay(environment: string): void {
    const before = this.live.get(environment);
    if (before === undefined) return;
    const kills = killsOf(this.killState, environment);
    const killed = killedFlags(kills);
    const digest = killDigest(kills);
    const { lineage, generation } = before;
    this.live.set(environment, {
      ...before,
      kills,
      killed,
      killDigest: digest,
      tag: formatTag({ lineage, generation, killDigest: digest }),
      view: sameSet(before.killed, killed) ? before.view : withKilled(before.view, killed),
    });
  }

  private tellPressed(environment: string, merge: KillMerge): void {
    const live = this.live.get(environment);
    const kills = merge.pressed.flatMap((kill) => {
      const flags = kill.targets.get(environment);
      return flags === undefined ? [] : [{ id: kill.id, flags }];
    });
    if (live !== undefined && kills.length > 0) this.tell({ kind: 'kill', live, kills });
  }

  private tellRevived(environment: string, merge: KillMerge): void {
    const live = this.live.get(environment);
    const revived = merge.revived.filter((kill) => kill.targets.has(environment)).map((kill) => kill.id);
    if (live !== undefined && revived.length > 0) this.tell({ kind: 'revive', live, revived });
  }

  /** A listener that fails harms neither the others nor whoever made the change. */
  private tell(change: LiveChange): void {
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        this.log.error({ err: error, kind: change.kind }, 'a listener of the live catalog failed');
      }
    }
  }
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const entry of a) if (!b.has(entry)) return false;
  return true;
}
