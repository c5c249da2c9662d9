import type { Ruleset, RulesetPatch, Snapshot } from '@guidon/engine/model';
import type { ReceivedContent } from './receive-content.js';

/** The content of one environment as a revision has it, whoever serves it. */
export interface KnownContent {
  readonly hash: string;
  readonly ruleset: Ruleset;
  readonly snapshot: Snapshot;
  /** How it came from the content before it; absent where nothing came before or nothing changed. */
  readonly change?: { readonly fromHash: string; readonly patch: RulesetPatch };
}

/** What the loading thread has as its base, on this side: the newest usable revision, served or not. */
export class NewestContent {
  private current: Snapshot | undefined;
  private environments: ReadonlyMap<string, KnownContent> = new Map();

  snapshot(): Snapshot | undefined {
    return this.current;
  }

  get(environment: string): KnownContent | undefined {
    return this.environments.get(environment);
  }

  ruleset(environment: string): Ruleset | undefined {
    return this.environments.get(environment)?.ruleset;
  }

  all(): ReadonlyMap<string, KnownContent> {
    return this.environments;
  }

  replace({ snapshot, environments }: ReceivedContent): void {
    const next = new Map<string, KnownContent>();
    for (const { environment, hash, ruleset, patch } of environments) {
      const before = this.environments.get(environment);
      const change =
        before === undefined || patch === undefined ? {} : { change: { fromHash: before.hash, patch } };
      next.set(environment, { hash, ruleset, snapshot, ...change });
    }
    this.current = snapshot;
    this.environments = next;
  }

  /** Nothing of it counts any more: the store is another one. */
  forget(): void {
    this.current = undefined;
    this.environments = new Map();
  }
}
