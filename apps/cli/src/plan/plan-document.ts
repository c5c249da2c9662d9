import type { Hold } from '@guidon/engine/model';

/**
 * What `guidon plan --json` prints. Fields are only ever added within one `format`. Percentages are numbers of 0 to 100 with
 * at most six decimals, and all sentences are English for people, not for programs.
 */
export interface PlanDocument {
  readonly format: 1;
  readonly verdict: 'fine' | 'blocked';
  /** The flags folder, seen from where the command ran; paths below are relative to it. Empty: that very folder. */
  readonly folder: string;
  readonly base: { readonly commit: string; readonly name: string } | null;
  /** Those that are told of; absent: all. What stands in the way is told of all. */
  readonly environments?: readonly string[];
  /** One sentence: with what was compared, or why with nothing. */
  readonly compared: string;
  /** What stands in the way, errors of the files first. Empty exactly when `verdict` is `fine`. */
  readonly blocks: readonly PlanBlock[];
  /** What would stand in the way but for a waiver, new or old. */
  readonly waived?: readonly PlanWaived[];
  /** Paths that a server would keep at their last good version. */
  readonly frozen: readonly string[];
  /** Why the whole revision would wait for a person after the merge. A hold is no block. */
  readonly holds: readonly Hold[];
  /** Segments whose own condition is another one, in code-point order. */
  readonly segments: readonly SegmentPlan[];
  /** In code-point order of keys; what stays as it is is not here. */
  readonly flags: readonly FlagPlan[];
  /** What was measured with; null without `--contexts`. */
  readonly contexts: ContextsUsed | null;
  /** What was estimated from; absent without `--from`. */
  readonly usage?: UsageUsed;
}

export interface PlanBlock {
  /** A finding code, or `measured-jump`, `freeze`. */
  readonly code: string;
  readonly sentence: string;
  /** What to do instead. */
  readonly fix?: string;
  /** The setting that says so, with its place: `limits.jumpPoints is 10 (flags/guidon.yaml:81)`. */
  readonly policy?: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly flag?: string;
  readonly environment?: string;
}

export interface PlanWaived {
  /** `percent-jump`, which a measured jump is waived by too, or `new-flag-live`. */
  readonly code: string;
  readonly flag: string;
  readonly reason: string;
  /** What is let pass. */
  readonly sentence: string;
}

export interface SegmentPlan {
  readonly segment: string;
  /** Whom it took and takes. */
  readonly text: string;
  /** Flags that ask for it, themselves or through another segment. */
  readonly flags: readonly string[];
}

export interface FlagPlan {
  readonly flag: string;
  readonly path: string;
  readonly owner: string;
  readonly description: string;
  readonly status: 'added' | 'removed' | 'archived' | 'changed';
  /** What concerns all environments. */
  readonly changes: readonly PlanLine[];
  /** In the order of `guidon.yaml`; only those in which something changes. */
  readonly environments: readonly EnvironmentPlan[];
}

export interface PlanLine {
  /** The kind of a `FlagChange`, or `new` for what a new flag serves, `renamed` for one that was another. */
  readonly kind: string;
  readonly text: string;
  readonly rule?: string;
}

export interface EnvironmentPlan {
  readonly environment: string;
  readonly protected: boolean;
  readonly changes: readonly PlanLine[];
  /** Worked out from the files alone, each as a share of those at one place: a rule, or everyone else. */
  readonly shifts: readonly PlanShift[];
  /** The stages of a rollout that comes or changes here. */
  readonly rollout?: RolloutPlan;
  /** What the shares take for granted. */
  readonly assumptions: readonly string[];
  /** At once after the merge. */
  readonly measured?: Measurement;
  /** When a rollout that comes or changes here has reached everyone. */
  readonly eventually?: Measurement;
  /** From a server's counts: at once after the merge. */
  readonly estimated?: EstimatedMoves;
}

export interface RolloutPlan {
  /** Of the windows. */
  readonly timezone: string;
  readonly stages: readonly RolloutStage[];
  /** The earliest instant at which the last hold is over; null: no moment is left for some stage. */
  readonly done: string | null;
  /** What watches it, a clause each. */
  readonly guards: readonly string[];
  /** What an edit of a running plan means, and where time or traffic will hardly do. */
  readonly notes: readonly string[];
}

export interface RolloutStage {
  readonly stage: string;
  /** Absent: everyone. */
  readonly audience?: string;
  /** Of the audience, 0 to 100. */
  readonly percent: number;
  /** The earliest instant at which it can be entered, by holds, windows and freezes; null: there is none. */
  readonly earliest: string | null;
  readonly hold: string;
  /** An approval, a proof. */
  readonly needs: readonly string[];
}

/** Shares of a flag's evaluations, which are not users: one who asks often counts often. */
export interface EstimatedMoves {
  /** How many evaluations the shares are of. */
  readonly evaluations: number;
  readonly changed: MeasuredShare;
  readonly pairs: readonly (MeasuredShare & { readonly from: string; readonly to: string })[];
  /** In percent, with all that cannot be known taken for the worst. */
  readonly atMost: number;
  /** What counts cannot know: parts of a sentence that begins with "not known is". */
  readonly unknowns: readonly string[];
}

export interface PlanShift {
  /** Absent: everyone else. */
  readonly rule?: string;
  readonly before: { readonly [variant: string]: number };
  readonly after: { readonly [variant: string]: number };
  readonly moved: number;
  readonly pairs: readonly { readonly from: string; readonly to: string; readonly percent: number }[];
}

/** Shares of all contexts, in percent, with the interval of 95 percent. */
export interface MeasuredShare {
  readonly percent: number;
  readonly low: number;
  readonly high: number;
}

export interface Measurement {
  readonly changed: MeasuredShare;
  /**
   * `null`: no such flag, so applications get the default in their code. Equal ends: the variant has another value.
   * Largest first.
   */
  readonly pairs: readonly (MeasuredShare & { readonly from: string | null; readonly to: string | null })[];
  readonly exposure: readonly { readonly variant: string; readonly before: number; readonly after: number }[];
}

export interface UsageUsed {
  readonly server: string;
  /** How many hours back; 0 when there was no answer. */
  readonly hours: number;
  /** Why there are no figures; null when there are. No block: the verdict is by the rest. */
  readonly trouble: string | null;
  readonly environments: readonly {
    readonly environment: string;
    /** What is really covered, by how many instances; null: nothing was counted. */
    readonly covered: { readonly from: string; readonly to: string; readonly instances: number } | null;
    /** Evaluations that were counted without saying of what. */
    readonly dropped: number;
  }[];
  readonly interval: 'wilson-95';
  readonly notes: readonly string[];
}

export interface ContextsUsed {
  readonly file: string;
  /** Contexts in the file. */
  readonly read: number;
  /** Contexts that were replayed: all, or a random sample of them. */
  readonly replayed: number;
  /** Different targeting keys among them; the interval counts each as one observation. */
  readonly users: number;
  readonly interval: 'wilson-95';
  /** What is odd about them. */
  readonly notes: readonly string[];
}
