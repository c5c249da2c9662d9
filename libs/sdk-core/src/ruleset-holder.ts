import type { View } from '@guidon/engine/compile';
import { applyPatch, compile, withKilled } from '@guidon/engine/compile';
import type { EnvironmentKills, Ruleset } from '@guidon/engine/model';
import type { PatchEvent, RulesetDocument, Stamp } from '@guidon/protocol';
import { judgeDocument, judgePatch } from './judge.js';
import { type KillSet, killedFlags, listKills, mergeKills, NO_KILLS } from './kill-set.js';
import { raiseMark } from './lineage-marks.js';
import { fromVerdict, kept, NOTHING, type Outcome } from './outcome.js';
import { carryReferences, flagsAffected } from './references.js';
import { diffTouched, type Touched, touchedBy } from './touched.js';

/** Where the values come from, best first. A lower source never replaces a higher one. */
export type Source = 'network' | 'disk' | 'bootstrap' | 'default';

/** Who decides which rulesets may be used, and hears before one is. Never throws. */
export interface Gate {
  isQuarantined(hash: string): boolean;
  beforeUse(stamp: Stamp, environment: string, source: Source): void;
}

const OPEN: Gate = { isQuarantined: () => false, beforeUse: () => {} };

/**
 * What an SDK instance holds of one environment: the ruleset, compiled, with the kills laid over it. Each change makes
 * a new view and swaps it in one assignment; a generation never goes back within a lineage; kills are only ever added.
 */
export class RulesetHolder {
  /** What is evaluated; `undefined` while there is nothing at all. */
  view: View | undefined;
  source: Source = 'default';
  #ruleset: Ruleset | undefined;
  #stamp: Stamp | undefined;
  #kills: KillSet = NO_KILLS;
  #killsOfConnection: KillSet = NO_KILLS;
  #marks = new Map<string, number>();
  readonly #expected: string | undefined;
  readonly #gate: Gate;

  constructor(expectedEnvironment?: string, gate: Gate = OPEN) {
    this.#expected = expectedEnvironment;
    this.#gate = gate;
  }

  get stamp(): Stamp | undefined {
    return this.#stamp;
  }

  get kills(): EnvironmentKills {
    return listKills(this.#kills);
  }

  get killSet(): KillSet {
    return this.#kills;
  }

  get marks(): ReadonlyMap<string, number> {
    return this.#marks;
  }

  /** The ruleset with its stamp and all kills, as it is stored; `undefined` while there is none. */
  get document(): RulesetDocument | undefined {
    if (this.#ruleset === undefined || this.#stamp === undefined) return undefined;
    const { lineage, generation, hash } = this.#stamp;
    return { ...this.#ruleset, lineage, generation, hash, kills: this.kills };
  }

  /** A new connection: kills that come from now on belong to the environment that it serves. */
  connected(): void {
    this.#killsOfConnection = NO_KILLS;
  }

  /** What is held was found to be what a better source has. */
  confirm(source: Source): void {
    if (this.view !== undefined && source === 'network') this.source = source;
  }

  /** Marks from a disk snapshot; a mark only ever rises. */
  remember(marks: Iterable<readonly [string, number]>): void {
    for (const [lineage, generation] of marks) raiseMark(this.#marks, lineage, generation);
  }

  /** Offers a whole ruleset. Its kills count even if the ruleset itself is not taken. */
  offer(document: RulesetDocument, source: Exclude<Source, 'default'>): Outcome {
    const verdict = judgeDocument(this.#standing(), document);
    if (verdict.kind === 'keep' && verdict.why === 'environment') return kept('environment');
    if (verdict.kind !== 'take') {
      const foreign = this.#ruleset !== undefined && this.#ruleset.environment !== document.environment;
      const changed = foreign ? NOTHING : this.addKills(document.kills).changed;
      if (verdict.kind === 'keep' && verdict.why === 'same') this.confirm(source);
      return { ...fromVerdict(verdict), changed };
    }
    return this.#guarded(() => {
      const moved = this.#ruleset !== undefined && this.#ruleset.environment !== document.environment;
      // Kills belong to an environment: a key that was bound to another one starts from that one's kills.
      const base = moved ? this.#killsOfConnection : this.#kills;
      const kills = mergeKills(base, document.kills);
      const { lineage, generation, hash, kills: _, ...ruleset } = document;
      this.#swap({ ruleset, stamp: { lineage, generation, hash }, kills, source });
      return undefined;
    });
  }

  /** Applies a patch if it fits and gives the hash that it promises. */
  patch(event: PatchEvent): Outcome {
    const verdict = judgePatch(this.#standing(), event);
    const [before, stamp] = [this.#ruleset, this.#stamp];
    if (verdict.kind !== 'take') return fromVerdict(verdict);
    if (before === undefined || stamp === undefined) return kept('broken');
    let wrongHash = false;
    const outcome = this.#guarded(() => {
      const { lineage, generation, hash } = event;
      const after = applyPatch(before, stamp.hash, event);
      wrongHash = after.hash !== hash;
      if (wrongHash) return undefined;
      this.#swap({
        ruleset: after.ruleset,
        stamp: { lineage, generation, hash },
        kills: this.#kills,
        source: 'network',
      });
      return touchedBy(event);
    });
    if (outcome.why === 'broken' || wrongHash) {
      // What is held may not be what its stamp says. Without a hash it has no tag, and any whole ruleset replaces it.
      this.#stamp = { ...stamp, hash: '' };
      return { kind: 'refetch', why: wrongHash ? 'hash' : 'broken', whole: true, changed: NOTHING };
    }
    return outcome;
  }

  /** Adds kills and revivals, in any order. */
  addKills(more: Partial<EnvironmentKills>): Outcome {
    this.#killsOfConnection = mergeKills(this.#killsOfConnection, more);
    const kills = mergeKills(this.#kills, more);
    if (kills === this.#kills) return kept('same');
    return this.#guarded(() => {
      this.#kills = kills;
      if (this.view !== undefined) this.view = withKilled(this.view, killedFlags(kills));
      return undefined;
    });
  }

  #swap(next: { ruleset: Ruleset; stamp: Stamp; kills: KillSet; source: Source }): void {
    // Compiling may fail on a ruleset that makes no sense; nothing was assigned by then.
    const view = compile(next.ruleset, {
      generation: next.stamp.generation,
      killed: killedFlags(next.kills),
    });
    this.#gate.beforeUse(next.stamp, next.ruleset.environment, next.source);
    this.#ruleset = next.ruleset;
    this.#stamp = next.stamp;
    this.#kills = next.kills;
    this.source = next.source;
    raiseMark(this.#marks, next.stamp.lineage, next.stamp.generation);
    this.view = view;
  }

  /**
   * Runs a change and tells what it changed; after any exception everything is as before.
   *
   * @param change may say what it touched; then nothing else of the ruleset is looked at.
   */
  #guarded(change: () => Touched | undefined): Outcome {
    const before = { ruleset: this.#ruleset, killed: this.view?.killed ?? NOTHING, view: this.view };
    let touched: Touched | undefined;
    try {
      touched = change();
    } catch {
      return kept('broken');
    }
    if (this.view === before.view) return { kind: 'taken', why: 'new', whole: false, changed: NOTHING };
    return { kind: 'taken', why: 'new', whole: false, changed: this.#changedSince(before, touched) };
  }

  #changedSince(
    before: { ruleset: Ruleset | undefined; killed: ReadonlySet<string> },
    touched: Touched | undefined,
  ): ReadonlySet<string> {
    const after = this.#ruleset;
    if (after === undefined) return NOTHING;
    if (before.ruleset === undefined) return new Set(Object.keys(after.flags));
    const killed = this.view?.killed ?? NOTHING;
    const flipped = [...killed].filter((flag) => !before.killed.has(flag));
    flipped.push(...[...before.killed].filter((flag) => !killed.has(flag)));
    const patch = before.ruleset === after ? undefined : diffTouched(before.ruleset, after, touched);
    if (touched !== undefined) carryReferences(before.ruleset, after, touched.flags);
    const flags = [...flipped, ...Object.keys(patch?.set ?? {}), ...(patch?.delete ?? [])];
    return flagsAffected(after, flags, Object.keys(patch?.segments ?? {}));
  }

  #standing() {
    const isQuarantined = (hash: string) => this.#gate.isQuarantined(hash);
    return { held: this.#stamp, marks: this.#marks, expected: this.#expected, isQuarantined };
  }
}
