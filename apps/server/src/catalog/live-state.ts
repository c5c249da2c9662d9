import { compile } from '@guidon/engine/compile';
import type { Ruleset, Snapshot } from '@guidon/engine/model';
import type { Log } from '../kernel/log/index.js';
import type { WaveState } from './head.js';
import type { LiveCandidate, LiveCatalog, LiveChange, LiveEnvironment, RulesetStep } from './live.js';
import { isOf, makeLive, type PreparedRuleset, withKills } from './make-live.js';
import {
  type KillMerge,
  type KillRecord,
  killedFlags,
  killsOf,
  mergeKills,
  NO_KILLS,
} from './merge-kills.js';

export interface PreparedEnvironment {
  readonly environment: string;
  readonly stable: PreparedRuleset;
  readonly candidate?: { readonly prepared: PreparedRuleset; readonly wave: WaveState };
  /** From generations served until now to those served then. */
  readonly steps: readonly {
    readonly from: number;
    readonly to: number;
    readonly patch: RulesetStep['patch'];
  }[];
}

export interface Swap {
  readonly lineage: string;
  /** The newest, whoever serves it. */
  readonly snapshot: Snapshot;
  /** Content hash that the newest snapshot has for each environment: what is served with another is older. */
  readonly newestHashes: ReadonlyMap<string, string>;
  readonly environments: readonly PreparedEnvironment[];
  /** Environments that the store does not know. */
  readonly forgotten: readonly string[];
}

/** Whether an instance is in a wave as far as it has got. */
export type WaveMembership = (instanceId: string, wave: WaveState) => boolean;

interface Served {
  readonly stable: LiveEnvironment;
  readonly candidate: LiveCandidate | undefined;
}

/** What this replica serves, in memory. Every change is one synchronous swap, told to listeners afterwards. */
export class LiveState implements LiveCatalog {
  private readonly live = new Map<string, Served>();
  private readonly listeners = new Set<(change: LiveChange) => void>();
  private newest: Snapshot | undefined;
  private earlier: readonly Snapshot[] = [];
  private killState = NO_KILLS;

  constructor(
    private readonly log: Log,
    private readonly isInWave: WaveMembership = () => false,
  ) {}

  environments(): readonly string[] {
    return this.newest?.project.environments.map(({ id }) => id).filter((id) => this.live.has(id)) ?? [];
  }

  removedEnvironments(): readonly string[] {
    const declared = new Set(this.newest?.project.environments.map(({ id }) => id));
    return [...this.live.keys()].filter((id) => !declared.has(id)).sort();
  }

  current(environment: string): LiveEnvironment | undefined {
    return this.live.get(environment)?.stable;
  }

  candidate(environment: string): LiveCandidate | undefined {
    return this.live.get(environment)?.candidate;
  }

  rulesetFor(environment: string, instanceId: string | undefined): LiveEnvironment | undefined {
    const served = this.live.get(environment);
    const candidate = served?.candidate;
    if (candidate === undefined || instanceId === undefined) return served?.stable;
    return this.isInWave(instanceId, candidate.wave) ? candidate.live : served?.stable;
  }

  /** Flag tests are left out: nothing that is served needs them. */
  snapshot(): Snapshot | undefined {
    return this.newest;
  }

  snapshots(): readonly Snapshot[] {
    return this.newest === undefined ? [] : [this.newest, ...this.earlier];
  }

  subscribe(listener: (change: LiveChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  kills(): typeof this.killState {
    return this.killState;
  }

  prepare(
    ruleset: Ruleset,
    facts: Omit<PreparedRuleset, 'ruleset' | 'view' | 'content'> & Partial<Pick<PreparedRuleset, 'content'>>,
  ): PreparedRuleset {
    const killed = killedFlags(killsOf(this.killState, ruleset.environment));
    const content = { hash: facts.hash, ruleset };
    return { ruleset, content, ...facts, view: compile(ruleset, { generation: facts.generation, killed }) };
  }

  swap({ lineage, snapshot, newestHashes, environments, forgotten }: Swap): void {
    this.newest = snapshot;
    for (const environment of forgotten) this.live.delete(environment);
    const changes = environments.map((prepared) => this.swapOne(lineage, prepared));
    this.earlier = this.findEarlier(newestHashes);
    for (const change of changes) this.tell(change);
  }

  /** Content that is as the newest has it counts as the newest, whichever revision brought it. */
  private findEarlier(newestHashes: ReadonlyMap<string, string>): readonly Snapshot[] {
    const found = new Set<Snapshot>();
    for (const [environment, { stable, candidate }] of this.live)
      for (const live of candidate === undefined ? [stable] : [stable, candidate.live])
        if (newestHashes.get(environment) !== live.content.hash) found.add(live.snapshot);
    return [...found];
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

  private swapOne(
    lineage: string,
    { environment, stable, candidate, steps }: PreparedEnvironment,
  ): LiveChange {
    const known = this.live.get(environment);
    const before = known?.stable;
    const serve = (prepared: PreparedRuleset): LiveEnvironment =>
      // What stays, or moves from candidate to stable, keeps its identity and with it everything made for it.
      [before, known?.candidate?.live].find((it) => isOf(it, lineage, prepared.generation)) ??
      makeLive(lineage, prepared, this.killState);
    const live = serve(stable);
    const ahead =
      candidate === undefined ? undefined : { live: serve(candidate.prepared), wave: candidate.wave };
    this.live.set(environment, { stable: live, candidate: ahead });
    const served = ahead === undefined ? [live] : [live, ahead.live];
    return {
      kind: 'ruleset',
      live,
      before,
      steps: steps.flatMap(({ from, to, patch }) => {
        const target = served.find(({ generation }) => generation === to);
        return target === undefined ? [] : [{ from, to: target, patch }];
      }),
    };
  }

  private lay(environment: string): void {
    const served = this.live.get(environment);
    if (served === undefined) return;
    const { stable, candidate } = served;
    const ahead =
      candidate === undefined ? undefined : { ...candidate, live: withKills(candidate.live, this.killState) };
    this.live.set(environment, { stable: withKills(stable, this.killState), candidate: ahead });
  }

  private tellPressed(environment: string, merge: KillMerge): void {
    const live = this.current(environment);
    const kills = merge.pressed.flatMap((kill) => {
      const flags = kill.targets.get(environment);
      return flags === undefined ? [] : [{ id: kill.id, flags }];
    });
    if (live !== undefined && kills.length > 0) this.tell({ kind: 'kill', live, kills });
  }

  private tellRevived(environment: string, merge: KillMerge): void {
    const live = this.current(environment);
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
