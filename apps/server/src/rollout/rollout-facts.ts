import type { RolloutFacts } from '../proposals/index.js';
import { readRollouts } from './rollout.repository.js';

/** What proposals have to know of rollouts: which of them have ended, and how, while Git still says something else. */
export function rolloutFacts(): RolloutFacts {
  return {
    async ended(manager) {
      const ended = new Map<string, 'completion' | 'rollback'>();
      for (const { environment, flag, state } of await readRollouts(manager)) {
        const { phase } = state;
        const as = phase === 'completed' ? 'completion' : isBack(phase) ? 'rollback' : undefined;
        if (as !== undefined) ended.set(`${environment}.${flag}`, as);
      }
      return ended;
    },
  };
}

function isBack(phase: string): boolean {
  return phase === 'rolling-back' || phase === 'rolled-back';
}
