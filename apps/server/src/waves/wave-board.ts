import type { WaveDecisionMade } from '../catalog/index.js';

/** A wave that is under way, as the catalog keeps it. */
export interface RunningWave {
  environment: string;
  waveId: string;
  candidate: { generation: number; hash: string; revision: string };
  stable: { generation: number; hash: string; revision: string };
  /** Index into `stages`. */
  stage: number;
  stages: readonly { percent: number; holdMs: number }[];
  startedAtMs: number;
  stageSinceMs: number;
  /** The instance that was let in because otherwise nobody would be in the wave. */
  admitted?: string | undefined;
}

export type WaveMove = { kind: 'advance'; stage: number } | { kind: 'finish' } | { kind: 'roll-back' };

/** Why a wave is moved, and by whom. */
export interface MoveReason {
  readonly reason: string;
  readonly evidence: unknown;
  readonly actor: string;
  /** Where a person asked for it. */
  readonly requestId?: string | undefined;
  readonly around?: WaveDecisionMade['around'];
}

/** Where waves are kept and moved. */
export interface WaveBoard {
  running(): readonly RunningWave[];
  /** Compare-and-set on waveId and stage; 'stale' when somebody moved it already. */
  move(wave: RunningWave, move: WaveMove, why: MoveReason): Promise<'moved' | 'stale'>;
  /**
   * Lets one instance in, from now until the wave ends: of those that report none is below the share. It replaces the
   * one before.
   * Absent: the board lets somebody in by itself.
   */
  admit?(wave: RunningWave, instanceId: string): Promise<void>;
}

/** Injection token. */
export const WAVE_BOARD = Symbol('WaveBoard');
