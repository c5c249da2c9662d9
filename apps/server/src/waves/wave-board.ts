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
}

/** Injection token. */
export const WAVE_BOARD = Symbol('WaveBoard');

/** Where no waves are made. */
export const NO_WAVES: WaveBoard = { running: () => [], move: async () => 'stale' };
