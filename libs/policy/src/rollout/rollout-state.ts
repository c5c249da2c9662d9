import type { BucketingAlgorithm, Outcome, Plan, ReachedStage } from '@guidon/engine/model';

/** Where a rollout stands. The last three are its ends: only a person begins it anew from there. */
export type RolloutPhase =
  | 'scheduled'
  | 'running'
  | 'awaiting-approval'
  | 'paused'
  | 'rolling-back'
  | 'rolled-back'
  | 'completed'
  | 'cancelled';

/** Why a rollout is paused. A freeze is none of them: it stops growth and nothing else (decision record 31). */
export type PauseReason =
  | 'human'
  | 'guard'
  | 'no-data'
  | 'deadline'
  | 'unkill'
  | 'plan-changed'
  | 'position-lost';

/** Which gate of the stage a running rollout is at. */
export type StageStatus = 'propagating' | 'holding' | 'proving' | 'ready';

/** What a rollout carries out. Frozen when it is declared: a file that changes later offers other terms. */
export interface RolloutTerms {
  readonly flag: string;
  readonly environment: string;
  readonly to: Outcome;
  readonly unit: readonly string[];
  readonly salt: string;
  readonly algorithm: BucketingAlgorithm;
  readonly plan: Plan;
  readonly planHash: string;
  /** Not before this instant; absent: as soon as it is live. */
  readonly startMs?: number;
}

/** The flag file as it is live. */
export interface FlagFile {
  /** Object id of its text in Git. */
  readonly blob: string;
  /** E-mail addresses of everybody who changed it since the rollout was declared: they cannot approve it. */
  readonly authors: readonly string[];
}

export interface Pause {
  readonly reason: PauseReason;
  /** One sentence for people. */
  readonly sentence: string;
  readonly sinceMs: number;
}

/** Latched: only a person takes it away. */
export interface Alarm {
  readonly guard: string;
  readonly onAlarm: 'rollback' | 'pause';
  readonly sentence: string;
  readonly sinceMs: number;
}

/** What a stay waits for, in figures, for a progress bar. */
export type WaitingFor =
  | { readonly kind: 'start'; readonly atMs: number }
  | { readonly kind: 'propagation'; readonly sentence: string }
  | { readonly kind: 'hold'; readonly doneMs: number; readonly neededMs: number; readonly untilMs: number }
  | { readonly kind: 'evidence'; readonly guard?: string; readonly done?: number; readonly needed?: number }
  | { readonly kind: 'freeze'; readonly untilMs: number }
  /** Absent: none ever opens. */
  | { readonly kind: 'window'; readonly opensMs?: number }
  | { readonly kind: 'approval'; readonly team: string; readonly stage: string }
  | { readonly kind: 'person'; readonly act: 'resume' | 'acknowledge' | 'revive' | 'restart' }
  | { readonly kind: 'nothing' };

/**
 * What the controller has counted since the stage was entered or resumed. Changes with every tick and is no transition:
 * the log has it inside the transition that it led to.
 */
export interface Progress {
  /** When the stage was entered, or resumed. */
  readonly sinceMs: number;
  /** Time that counts: running, healthy and with everybody who should have the position. */
  readonly creditMs: number;
  /** The last tick, if time counts from there on. */
  readonly countedAtMs?: number;
  /** Since when everybody has had the position without a break. */
  readonly fullSinceMs?: number;
  readonly status?: StageStatus;
  /** Why it stays, as of the last tick. */
  readonly reason: string;
  readonly waitingFor: WaitingFor;
}

export interface RolloutState {
  readonly terms: RolloutTerms;
  readonly file: FlagFile;
  /** Whether the live flag file still has the line `rollout:`. */
  readonly isInFile: boolean;
  /** 1, and one more each time that a person begins it anew. */
  readonly run: number;
  readonly phase: RolloutPhase;
  /** Index into the stages of the plan; −1: none is reached. */
  readonly stage: number;
  /** Only in the phase `paused`. */
  readonly pause?: Pause;
  readonly isKilled: boolean;
  readonly alarm?: Alarm;
  /** Statistics begin here: windows from before have been acknowledged by a person. */
  readonly epochMs: number;
  /** When the first stage was entered, or a person let it go on beyond its deadline. */
  readonly deadlineFromMs?: number;
  /** When the rollback was decided. */
  readonly rolledBackAtMs?: number;
  /** Approvals that have let it into a stage: each does so once. */
  readonly consumed: readonly string[];
  /** What a rollback leads to; `to` only once the rollout was completed. */
  readonly lastGood: 'before' | 'to';
  /** Other terms that the file has come to offer, which only a person can take up. */
  readonly offered?: RolloutTerms;
  /** What was live when the row was lost, for whoever decides how to go on. */
  readonly stranded?: readonly ReachedStage[];
  readonly progress: Progress;
}

export const END_PHASES: readonly RolloutPhase[] = ['rolled-back', 'completed', 'cancelled'];

export function hasEnded({ phase }: Pick<RolloutState, 'phase'>): boolean {
  return END_PHASES.includes(phase);
}

/** Nobody was given anything by it yet. */
export function hasNotBegun(state: Pick<RolloutState, 'phase' | 'stage' | 'stranded'>): boolean {
  const { phase, stage, stranded } = state;
  return stage < 0 && stranded === undefined && (phase === 'scheduled' || phase === 'paused');
}
