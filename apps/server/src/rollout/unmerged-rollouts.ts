import type { StoredRollout } from './rollout.repository.js';

/** A rollout that has ended, and whose flag file does not say so yet. */
export interface UnmergedRollout {
  readonly id: string;
  readonly environment: string;
  readonly sinceMs: number;
  readonly reason: string;
  /** What differs, for people. */
  readonly sentence: string;
}

/** Completed ones are served without anything left to roll out; those that went back are served as if there were none. Pure. */
export function unmergedRollouts(rows: readonly StoredRollout[]): readonly UnmergedRollout[] {
  return rows.flatMap(({ environment, flag, state }) => {
    const { phase, progress, isInFile } = state;
    const has =
      phase === 'completed' ? 'has completed' : phase === 'rolled-back' ? 'was rolled back' : undefined;
    if (!isInFile || has === undefined) return [];
    return [
      {
        id: `${environment}.${flag}`,
        environment,
        sinceMs: progress.sinceMs,
        reason: progress.reason,
        sentence: `${environment}: the rollout of ${flag} ${has}, and its flag file does not say so yet.`,
      },
    ];
  });
}
