import type { Outcome, RolloutIntent } from '../model/index.js';

/** One difference between two snapshots in what a flag says. `environment` is absent where it concerns all of them. */
export type FlagChange =
  | { readonly flag: string; readonly kind: 'flag-added' | 'flag-removed' }
  | { readonly flag: string; readonly kind: 'archived' | 'unarchived'; readonly serve: string }
  | { readonly flag: string; readonly kind: 'safe'; readonly from: string; readonly to: string }
  /** Names of variants that are new, gone, or have another value. */
  | {
      readonly flag: string;
      readonly kind: 'variants';
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly changed: readonly string[];
    }
  | { readonly flag: string; readonly kind: 'requires' }
  /** Fields that change nothing that is served: owner, description, dates, tags, links, waivers, essential. */
  | { readonly flag: string; readonly kind: 'details'; readonly fields: readonly string[] }
  | EnvironmentChange;

export type EnvironmentChange = { readonly flag: string; readonly environment: string } & (
  | { readonly kind: 'rule-added' | 'rule-removed'; readonly rule: string; readonly outcome: Outcome }
  | { readonly kind: 'rule-moved' | 'rule-condition' | 'rule-bucketing'; readonly rule: string }
  /** In percent of the matching units. */
  | { readonly kind: 'rule-percent'; readonly rule: string; readonly from: number; readonly to: number }
  | { readonly kind: 'rule-outcome'; readonly rule: string; readonly from: Outcome; readonly to: Outcome }
  | {
      readonly kind: 'rollout';
      readonly from: RolloutIntent | undefined;
      readonly to: RolloutIntent | undefined;
    }
  /** What everyone else gets. */
  | { readonly kind: 'rest'; readonly from: Outcome; readonly to: Outcome }
  /** The flag is as it was, but a segment that it asks for is not. */
  | { readonly kind: 'segment'; readonly segment: string }
);
