/** A share with its interval, each between 0 and 1. */
export interface Estimate {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 percent point of the normal distribution: two sides of 2.5 percent leave 95. */
const Z = 1.959963984540054;

/**
 * A share of a random sample and the Wilson score interval of 95 percent around it: E. B. Wilson, "Probable inference, the
 * law of succession, and statistical inference", JASA 22 (1927); recommended for small samples and for shares near 0 and
 * 1 by Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16 (2001). It
 * stays between 0 and 1 and is of use at 0 hits, where the textbook interval has no width. Its coverage is 95 percent
 * on average over shares, not at each.
 *
 * @param hits may be a fraction, where several observations count as one.
 * @param of observations that are independent of each other; at 0 nothing is known.
 */
export function estimateShare(hits: number, of: number): Estimate {
  if (of <= 0) return { share: 0, low: 0, high: 1 };
  const share = hits / of;
  const square = Z * Z;
  const middle = (share + square / (2 * of)) / (1 + square / of);
  const reach = (Z / (1 + square / of)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return {
    share,
    low: hits <= 0 ? 0 : Math.max(0, middle - reach),
    high: hits >= of ? 1 : Math.min(1, middle + reach),
  };
}
