/** When a step of a wave began, how long it holds, and now; in milliseconds. */
export interface StepTimes {
  readonly sinceMs: number;
  readonly holdMs: number;
  readonly nowMs: number;
}

/**
 * No instance was heard of lately: there is nobody to try it on, now or later, and holding would keep a change from whoever
 * reports nothing, such as other protocols, for good. Silence of instances that are known is another thing.
 */
export function decideWithoutFleet({ nowMs, sinceMs, holdMs }: StepTimes) {
  const elapsedMs = nowMs - sinceMs;
  if (elapsedMs < holdMs)
    return {
      decision: 'hold' as const,
      cause: 'holding' as const,
      reason: `The wave has held ${elapsedMs} of ${holdMs} ms.`,
    };
  const reason =
    'No SDK instance of this environment was heard of lately, so only time could pass, and it has.';
  return { decision: 'advance' as const, cause: 'empty' as const, reason };
}
