import type { FlagFile, RolloutState, RolloutTerms } from './rollout-state.js';
import { freshProgress } from './turns.js';

interface Declared {
  readonly terms: RolloutTerms;
  readonly file: FlagFile;
}

/**
 * A rollout that has not begun. Of the one before, if there was one, it keeps what only a person may take away: the
 * alarm, and that the flag is killed.
 */
export function scheduledState(
  before: RolloutState | undefined,
  { terms, file }: Declared,
  nowMs: number,
): RolloutState {
  return {
    terms,
    file,
    isInFile: true,
    run: (before?.run ?? 0) + 1,
    phase: 'scheduled',
    stage: -1,
    isKilled: before?.isKilled ?? false,
    ...(before?.alarm === undefined ? {} : { alarm: before.alarm }),
    epochMs: nowMs,
    consumed: [],
    lastGood: 'before',
    progress: freshProgress(nowMs, 'Is scheduled.'),
  };
}
