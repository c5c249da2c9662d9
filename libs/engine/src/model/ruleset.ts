import type { Outcome, Share } from './bucketing.js';
import type { Condition } from './condition.js';
import type { JsonValue, Requirement, ValueType } from './flag.js';

/** Bump when a shape below changes its meaning; an SDK that meets an unknown format keeps its old ruleset. */
export const RULESET_FORMAT = 1;

/** snapshot + positions resolved for ONE environment: plain JSON, what travels to server SDKs. Kills are not in it. */
export interface Ruleset {
  readonly format: typeof RULESET_FORMAT;
  readonly environment: string;
  /** Commit id that this ruleset was resolved from. */
  readonly revision: string;
  readonly flags: { readonly [key: string]: RulesetFlag };
  readonly segments: { readonly [key: string]: Condition };
}

export interface RulesetFlag {
  readonly type: ValueType;
  /** `[name, value]`, in code-point order of names. */
  readonly variants: readonly (readonly [name: string, value: JsonValue])[];
  readonly safe: string;
  readonly requires?: readonly Requirement[];
  readonly rules?: readonly RulesetRule[];
  readonly rollout?: RulesetRollout;
  /** Everyone else. For an unlisted environment or an archived flag this is all there is. */
  readonly rest: Outcome;
}

export interface RulesetRule {
  readonly id: string;
  readonly when: Condition;
  readonly share?: Share;
  readonly outcome: Outcome;
}

/** A rollout as the file declares it, with one entry per distinct audience reached and the highest share for it. */
export interface RulesetRollout {
  readonly to: Outcome;
  readonly unit: readonly string[];
  readonly salt: string;
  readonly algorithm: 'native' | 'flagd-v2';
  readonly holdoutParts: number;
  /** Empty until it has begun. */
  readonly reached: readonly { readonly audience?: Condition; readonly parts: number }[];
  /**
   * Digest of all that the file says of the rollout, its plan included: whoever changes that changes the ruleset, so it is held,
   * reviewed and brought out in waves as any change. Absent in rulesets of servers before this field.
   */
  readonly intent?: string;
  /** What SDKs count for the rollout's guards, beside exposures. SDKs that do not know the field serve the same without. */
  readonly outcomes?: GuardedOutcomes;
}

/** Names of outcomes that guards look at, in code-point order; a kind without any is left out. */
export interface GuardedOutcomes {
  /** Which calls failed. */
  readonly failures?: readonly string[];
  /** How long calls took. */
  readonly durations?: readonly string[];
}

/** The difference of two rulesets of one environment, by flag and segment. */
export interface RulesetPatch {
  readonly revision: string;
  readonly set: { readonly [key: string]: RulesetFlag };
  readonly delete: readonly string[];
  /** Changed or new segments; `null` removes one. Absent when none changed. */
  readonly segments?: { readonly [key: string]: Condition | null };
}
