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

/** Where waves are kept and moved. */
export interface WaveBoard {
  running(): readonly RunningWave[];
  /** Compare-and-set on waveId and stage; 'stale' when somebody moved it already. */
  move(
    wave: RunningWave,
    move: WaveMove,
    why: { reason: string; evidence: unknown; actor: string },
  ): Promise<'moved' | 'stale'>;
  /**
   * Lets one instance in, from now until the wave ends: of those that report none is below the share. It replaces the
   * one before.
   * Absent: the board lets somebody in by itself.
   */
  admit?(wave: RunningWave, instanceId: string): Promise<void>;
}

/** Injection token. */
export const WAVE_BOARD = Symbol('WaveBoard');
