import type { LiveEnvironment } from './catalog/index.js';

/** Who the printed lines ask for. */
export const TRIAL_CONTEXT = { targetingKey: 'user-1' } as const;

/**
 * A flag worth trying the red button on: one that serves something else than its safe variant, so that the press shows,
 * and if there is a choice a simple switch.
 */
export function pickFlag(live: LiveEnvironment, nowMs: number): string | undefined {
  const moving = Object.entries(live.ruleset.flags).filter(([key, flag]) => {
    if (live.killed.has(key)) return false;
    const answer = live.view.flags.get(key)?.evaluate(TRIAL_CONTEXT, nowMs);
    return answer?.errorCode === undefined && answer?.variant !== flag.safe;
  });
  const simple = moving.find(([, flag]) => flag.type === 'boolean');
  return (simple ?? moving[0])?.[0] ?? Object.keys(live.ruleset.flags)[0];
}
