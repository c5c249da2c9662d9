/**
 * Rollouts: `GET /api/v1/rollouts`, `GET /api/v1/rollouts/{id}` and what people do to one with
 * `POST /api/v1/rollouts/{id}/{act}`. The id is `<environment>.<flag>`. Times are RFC 3339, lengths milliseconds.
 */

/** Body of `GET /api/v1/rollouts`. */
export interface RolloutsDocument {
  readonly rollouts: readonly RolloutSummary[];
}

export const ROLLOUT_PHASES = [
  'scheduled',
  'running',
  'awaiting-approval',
  'paused',
  'rolling-back',
  'rolled-back',
  'completed',
  'cancelled',
] as const;
export type RolloutPhaseName = (typeof ROLLOUT_PHASES)[number];

export interface RolloutSummary {
  readonly id: string;
  readonly flag: string;
  readonly environment: string;
  readonly owner: string;
  readonly phase: RolloutPhaseName;
  readonly killed: boolean;
  /** What it leads to: a variant, or "a split of …" in words. */
  readonly to: string;
  /** 1 for the first, one more each time that a person begins it anew. */
  readonly run: number;
  /** Index into the stages of the plan; -1 before the first. */
  readonly stage: number;
  readonly stageCount: number;
  readonly stageId?: string;
  /** The stages of the plan in short, so that a list can draw them. Absent: a server that does not tell. */
  readonly stages?: readonly Pick<RolloutStageDocument, 'id' | 'audience' | 'percent'>[];
  /** Share of everybody that is let in by percent, 0 to 100; audiences come on top. */
  readonly percent: number;
  /** Why it stands where it stands, in one sentence. */
  readonly reason: string;
  /** Since when it has been in this phase and stage. */
  readonly since: string;
  readonly waitingFor: RolloutWaitingFor;
  /** Strong entity tag: what acts may be bound to by `If-Match`. */
  readonly version: number;
}

/** What it waits for, in figures: for a progress bar. */
export type RolloutWaitingFor =
  | { readonly kind: 'start'; readonly at: string }
  | { readonly kind: 'propagation'; readonly sentence: string }
  | { readonly kind: 'hold'; readonly doneMs: number; readonly neededMs: number; readonly until: string }
  | { readonly kind: 'evidence'; readonly guard?: string; readonly done?: number; readonly needed?: number }
  | { readonly kind: 'freeze'; readonly until: string }
  | { readonly kind: 'window'; readonly opens?: string }
  | { readonly kind: 'approval'; readonly team: string; readonly stage: string }
  | { readonly kind: 'person'; readonly act: 'resume' | 'acknowledge' | 'revive' | 'restart' }
  | { readonly kind: 'nothing' };

/** Body of `GET /api/v1/rollouts/{id}`. */
export interface RolloutDocument extends RolloutSummary {
  readonly plan: {
    readonly name?: string;
    readonly hash: string;
    readonly stages: readonly RolloutStageDocument[];
    readonly holdoutPercent: number;
    readonly windows: readonly string[];
    readonly deadlineMs?: number;
  };
  readonly file: { readonly path?: string; readonly blob: string; readonly authors: readonly string[] };
  readonly alarm?: { readonly guard: string; readonly sentence: string; readonly since: string };
  /** The plan that the file has come to offer, and why a person must take it up. */
  readonly offered?: { readonly hash: string; readonly reasons: readonly string[] };
  readonly guards: readonly RolloutGuardDocument[];
  /** Whether everybody who should have the present position has it. */
  readonly propagation: { readonly done: boolean; readonly reason: string };
  /** Statistics count from here on. */
  readonly evidenceSince: string;
  /** When data last came in; absent: never. */
  readonly newestData?: string;
  /** The newest first; further ones with `before=<sequence>`. */
  readonly timeline: readonly RolloutEventDocument[];
}

export interface RolloutStageDocument {
  readonly id: string;
  /** In words; absent: everyone. */
  readonly audience?: string;
  /** Absent: all of the audience. */
  readonly percent?: number;
  readonly holdMs: number;
  /** The team whose agreement is needed to enter it. */
  readonly approval?: string;
  readonly prove?: { readonly guard: string; readonly ratioBelow: number; readonly withinMs: number };
  readonly state: 'done' | 'current' | 'ahead';
}

export interface RolloutGuardDocument {
  readonly id: string;
  readonly type: string;
  readonly onAlarm: 'rollback' | 'pause';
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error';
  readonly cause: string;
  readonly reason: string;
  /** Numbers behind the verdict, by name. */
  readonly evidence: { readonly [name: string]: unknown };
}

/** One transition, as the log has it. */
export interface RolloutEventDocument {
  readonly sequence: number;
  readonly at: string;
  readonly transition: string;
  readonly actor: string;
  readonly cause: string;
  readonly from?: { readonly phase: RolloutPhaseName; readonly stageId?: string };
  readonly to: { readonly phase: RolloutPhaseName; readonly stageId?: string };
  /** What the guards said then. */
  readonly evidence?: { readonly [guard: string]: unknown };
}

/** Body of `GET /api/v1/rollouts/events?after=<sequence>&wait=<seconds>`: the change feed, oldest first. */
export interface RolloutFeedDocument {
  readonly events: readonly (RolloutEventDocument & { readonly rollout: string })[];
  /** Give it as `after` the next time. */
  readonly cursor: number;
}

/** What people do to a rollout: `POST /api/v1/rollouts/{id}/{act}`, with a reason. */
export const ROLLOUT_ACTS = [
  'pause',
  'resume',
  'advance',
  'approve',
  'roll-back',
  'cancel',
  'acknowledge',
  'restart',
] as const;
export type RolloutAct = (typeof ROLLOUT_ACTS)[number];

/** Answer of an act. */
export interface RolloutActDocument {
  readonly rollout: RolloutSummary;
  /** What was done, in one sentence. */
  readonly done: string;
}
