import type { Bucketing, Outcome, Share } from './bucketing.js';
import type { Condition } from './condition.js';
import type { Plan } from './plan.js';

export type FlagType = 'release' | 'experiment' | 'ops';
export type ValueType = 'boolean' | 'string' | 'number' | 'object';
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface Variant {
  readonly name: string;
  readonly value: JsonValue;
}

export interface Requirement {
  readonly flag: string;
  readonly variants: readonly string[];
}

export interface Rule {
  readonly id: string;
  readonly when: Condition;
  /** Absent: all matching units. */
  readonly share?: Share;
  readonly outcome: Outcome;
}

/** The intent of a rollout as the file states it; where it stands is a `Position`. */
export interface RolloutIntent {
  readonly to: Outcome;
  readonly bucketing: Bucketing;
  /** A name in the project's `plans`, or absent when the plan stands in the flag itself. */
  readonly planName?: string;
  readonly plan: Plan;
  readonly startMs?: number;
}

export interface FlagEnvironment {
  readonly rules: readonly Rule[];
  readonly rollout?: RolloutIntent;
  /** Everyone else: the environment's last line. */
  readonly rest: Outcome;
}

/** One flag file, checked and bound to its project: names resolved, conditions canonical, bucketing resolved. */
export interface Flag {
  readonly key: string;
  readonly path: string;
  readonly type: FlagType;
  readonly owner: string;
  readonly description: string;
  /** ISO date `YYYY-MM-DD`; release and experiment. */
  readonly expires?: string;
  /** ISO date; ops. */
  readonly review?: string;
  readonly tags: readonly string[];
  readonly links: readonly string[];
  readonly requires: readonly Requirement[];
  readonly essential: boolean;
  readonly waive: ReadonlyMap<string, string>;
  readonly valueType: ValueType;
  /** In code-point order of names. */
  readonly variants: readonly Variant[];
  readonly safe: string;
  readonly environments: ReadonlyMap<string, FlagEnvironment>;
  /** Present for an archived flag, which then serves `serve` everywhere. */
  readonly archived?: { readonly date: string; readonly serve: string };
}
