import { type Observation, positionOf } from '@guidon/policy/rollout';
import { type GuardFigures, guardFigures } from './guard-figures.js';
import type { StoredRollout } from './rollout.repository.js';
import { everyonePercent } from './rollout-marks.js';

/** A rollout under way, in numbers. */
export interface RolloutFigures {
  readonly environment: string;
  readonly flag: string;
  /** Share of everybody that is let in by percent, 0 to 100. */
  readonly percent: number;
  readonly stageAgeSeconds: number;
  /** Absent while nothing has come in. */
  readonly dataAgeSeconds?: number;
  readonly guards: readonly GuardFigures[];
}

const UNDER_WAY: ReadonlySet<string> = new Set(['running', 'awaiting-approval', 'paused']);

/** Of those that run or are paused; what has ended is counted by its phase alone. Pure. */
export function figuresOf(
  rollouts: readonly StoredRollout[],
  seen: ReadonlyMap<string, Observation>,
  nowMs: number,
): readonly RolloutFigures[] {
  const since = (ms: number) => Math.max(0, (nowMs - ms) / 1000);
  return rollouts
    .filter(({ state }) => UNDER_WAY.has(state.phase))
    .map(({ environment, flag, state }) => {
      const { guards = [], newestDataMs } = seen.get(`${environment}.${flag}`) ?? {};
      return {
        ...{ environment, flag, percent: everyonePercent(positionOf(state)) },
        stageAgeSeconds: since(state.pause?.sinceMs ?? state.progress.sinceMs),
        ...(newestDataMs === undefined ? {} : { dataAgeSeconds: since(newestDataMs) }),
        guards: guards.map(guardFigures),
      };
    });
}
