/** Calls that are slower than an edge of the histogram count as errors: exact, and no heavy tail can mislead it. */

export interface SlowEdgeSettings {
  readonly quantile: number;
  /** Fewer calls do not tell where the quantile lies. */
  readonly minCalls: number;
}

/** Source: reference note on rollouts, A3.2. A thousand calls put ten beyond the 99th percentile. */
export const SLOW_EDGE_DEFAULTS: SlowEdgeSettings = { quantile: 0.99, minCalls: 1000 };

/**
 * The index of the edge at or above the quantile of the control's last 24 hours. It is taken when the plan starts and
 * frozen: an edge that moves with the data would hide what it looks for. `undefined` if there are too few calls, or if
 * the quantile lies above the last edge.
 */
export function slowEdgeOf(
  buckets: readonly number[],
  { quantile, minCalls }: SlowEdgeSettings = SLOW_EDGE_DEFAULTS,
): number | undefined {
  const calls = callsWithValue(buckets);
  if (calls < minCalls) return undefined;
  let below = 0;
  for (const [edge, count] of buckets.entries()) {
    below += count;
    if (below >= quantile * calls) return edge < buckets.length - 1 ? edge : undefined;
  }
  return undefined;
}

export function callsWithValue(buckets: readonly number[]): number {
  return buckets.reduce((sum, count) => sum + count, 0);
}

/** How many calls took longer than the edge. */
export function slowCalls(buckets: readonly number[], edge: number): number {
  return callsWithValue(buckets.slice(edge + 1));
}
