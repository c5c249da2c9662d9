/** The smallest value that at least this part of the values does not exceed; infinite values are the largest. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** The upper end of the 95 % interval for a share, after Wilson. */
export function upperShare(hits: number, runs: number): number {
  const z = 1.96;
  const share = hits / runs;
  const spread = z * Math.sqrt((share * (1 - share)) / runs + (z / (2 * runs)) ** 2);
  return (share + z ** 2 / (2 * runs) + spread) / (1 + z ** 2 / runs);
}
