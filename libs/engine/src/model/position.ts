import type { Bucketing, Outcome } from './bucketing.js';
import type { Condition } from './condition.js';
import type { GuardedOutcomes } from './ruleset.js';

/** Where one rollout stands; given to `resolve` from outside (Git holds intent, Postgres holds position). */
export interface Position {
  readonly flag: string;
  readonly environment: string;
  readonly planHash: string;
  readonly to: Outcome;
  readonly unit: readonly string[];
  readonly salt: string;
  readonly algorithm?: Bucketing['algorithm'];
  /** Parts of 100,000 kept out while the rollout runs; 0 once it is done. */
  readonly holdoutParts: number;
  readonly reached: readonly ReachedStage[];
  /** What the guards of the plan that it began with look at; absent: those of the plan in the file. */
  readonly outcomes?: GuardedOutcomes;
}

export interface ReachedStage {
  readonly stage: string;
  /** Absent: everyone. */
  readonly audience?: Condition;
  /** Parts of 100,000; 100,000 means all of the audience. */
  readonly parts: number;
}
