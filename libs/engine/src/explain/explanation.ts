import type { Evaluation } from '../model/index.js';

/** A condition for one context, part by part. */
export interface ExplainedCondition {
  /** In words; `all of`, `any of` and `not` have parts, and so has a segment. */
  readonly text: string;
  readonly holds: boolean;
  /** What the context says, where the condition asks for an attribute; absent when it says nothing. */
  readonly actual?: unknown;
  readonly parts?: readonly ExplainedCondition[];
}

/** A unit and its bucket. */
export interface ExplainedDraw {
  /** The attributes that may name the unit, in order. */
  readonly by: readonly string[];
  /** The one that did, and the unit; absent where none could. */
  readonly unit?: { readonly attribute: string; readonly value: string };
  readonly salt: string;
  readonly bucket?: number;
  /** Buckets in all. */
  readonly total: number;
  /** Who gets what: buckets from, up to but not including to. */
  readonly ranges: readonly { readonly variant: string; readonly from: number; readonly to: number }[];
}

/** One step of the decision, in order; the first that has `serves` decided, and what stands after it was not asked. */
export type ExplainedStep =
  | { readonly step: 'kill'; readonly killed: boolean; readonly serves?: string }
  | {
      readonly step: 'requirement';
      readonly flag: string;
      readonly variants: readonly string[];
      /** What the other flag serves the same context; absent when there is none. */
      readonly served?: string;
      readonly met: boolean;
      /** `safe`, where it is not met. */
      readonly serves?: string;
    }
  | {
      readonly step: 'rule';
      readonly rule: string;
      readonly condition: ExplainedCondition;
      /** In percent; absent: all. */
      readonly percent?: number;
      readonly draw?: ExplainedDraw;
      readonly serves?: string;
    }
  | {
      readonly step: 'rollout';
      /** Absent: everyone. */
      readonly audience?: ExplainedCondition;
      /** Of the audience, reached so far. */
      readonly percent: number;
      readonly draw?: ExplainedDraw;
      readonly serves?: string;
    }
  /** The file has one, and a ruleset holds only what has begun. */
  | { readonly step: 'rollout-not-begun'; readonly serves?: undefined }
  | { readonly step: 'rest'; readonly draw?: ExplainedDraw; readonly serves?: string }
  /** The last split found no unit. */
  | { readonly step: 'safe'; readonly serves: string };

export interface Explanation {
  readonly flag: string;
  readonly environment: string;
  readonly revision: string;
  readonly steps: readonly ExplainedStep[];
  readonly outcome: Omit<Evaluation, 'generation'>;
}
