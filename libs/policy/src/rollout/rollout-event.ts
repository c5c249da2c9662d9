import type { ReachedStage } from '@guidon/engine/model';
import type { FlagFile, RolloutTerms } from './rollout-state.js';

export interface FreezeInForce {
  readonly untilMs: number;
  readonly reason: string;
}

/** What one guard says now, from the windows since the rollout's epoch. What `judgeGuards` gives fits as it is. */
export interface GuardReading {
  readonly id: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'error';
  /** One sentence. */
  readonly reason: string;
  readonly onAlarm: 'rollback' | 'pause';
  /** Numbers behind the verdict, kept with the transition that it leads to. */
  readonly evidence?: GuardEvidenceSeen;
}

export interface GuardEvidenceSeen {
  /** How far it is with the proof that its stage asks for. */
  readonly proof?: GuardProof;
}

export interface GuardProof {
  /** What it was judged for. */
  readonly ratioBelow: number;
  readonly isProven: boolean;
  /** Natural logarithm; proved at `provedAt`. For a progress bar. */
  readonly logEvidence: number;
  readonly provedAt: number;
}

/** A person's agreement that one stage is entered. */
export interface RolloutApproval {
  readonly id: string;
  /** E-mail address. */
  readonly by: string;
  /** Teams that the person is in now. */
  readonly teams: readonly string[];
  readonly planHash: string;
  /** The state's `epochMs` when it was given: who agreed before an alarm or a restart has seen other evidence. */
  readonly epochMs: number;
  readonly stage: string;
  /** Object id of the flag file that was approved. */
  readonly blob: string;
  readonly expiresMs?: number;
}

/** What the controller sees in one tick. Of the row version that it will write over, or it decides on what is gone. */
export interface Observation {
  readonly isKilled: boolean;
  readonly freeze?: FreezeInForce;
  /** IANA name, for the plan's windows and for times in sentences. */
  readonly timezone: string;
  /** Whether everybody who should have the present position has it, and if not, who is missing. */
  readonly propagation: { readonly isDone: boolean; readonly reason: string };
  readonly guards: readonly GuardReading[];
  /** End of the newest window in which this rollout was counted. Absent: there is none, or nobody could be asked. */
  readonly newestDataMs?: number;
  readonly approvals: readonly RolloutApproval[];
  /** Time between two ticks. A longer gap is time that nobody watched, and counts as three of them at most. */
  readonly periodMs: number;
}

/** What people's acts are judged by. */
export type Conditions = Pick<Observation, 'isKilled' | 'freeze' | 'timezone'>;

interface ByPerson {
  /** E-mail address or name of a key. */
  readonly by: string;
  readonly reason: string;
}

/** One member of a union for each kind, so that each can be picked out. */
type Act<Kind extends string> = Kind extends string ? { readonly kind: Kind } & ByPerson : never;

interface ByCommit {
  readonly commit: string;
}

export type PersonEvent =
  | Act<'pause' | 'roll-back' | 'cancel' | 'acknowledge'>
  /** `stage`: where it stood, if the row was lost. `planHash`: the offered plan that is taken up. */
  | ({
      readonly kind: 'resume';
      readonly seen: Conditions;
      readonly stage?: string;
      readonly planHash?: string;
    } & ByPerson)
  /** Cuts the hold short and does not wait for a window; every other gate stays shut until it is clear. */
  | ({ readonly kind: 'advance'; readonly seen: Observation } & ByPerson)
  | ({ readonly kind: 'approve'; readonly approval: RolloutApproval } & ByPerson)
  | ({
      readonly kind: 'restart';
      readonly seen: Conditions;
      readonly terms: RolloutTerms;
      readonly file: FlagFile;
    } & ByPerson);

export type GitEvent =
  /** A live file has a rollout of which there is no row, or only one of a rollout that was taken out. */
  | ({
      readonly kind: 'declared';
      readonly terms: RolloutTerms;
      readonly file: FlagFile;
      /** Whether somebody may have been given `to` by a rollout that there is no row of. */
      readonly hasServedTo: boolean;
      /** The position that is live without a row. */
      readonly reached?: readonly ReachedStage[];
    } & ByCommit)
  | ({ readonly kind: 'file-changed'; readonly file: FlagFile } & ByCommit)
  | ({ readonly kind: 'plan-changed'; readonly terms: RolloutTerms; readonly file: FlagFile } & ByCommit)
  /** The line `rollout:` is gone; also what merging one of the proposals looks like. */
  | ({ readonly kind: 'removed'; readonly servesTo: boolean } & ByCommit);

export type RolloutEvent =
  | { readonly kind: 'tick'; readonly seen: Observation }
  /** A kill covers the flag here, or the last one that did is lifted. Written with the kill, in its transaction. */
  | Act<'killed' | 'revived'>
  | PersonEvent
  | GitEvent;

export type DeclaredEvent = Extract<GitEvent, { kind: 'declared' }>;
export type EventOf<Kind extends RolloutEvent['kind']> = Extract<RolloutEvent, { kind: Kind }>;
