import type { Replay } from './replay.js';

/** A variant whose measured share grows by more than is allowed at once. In percent of the contexts. */
export interface MeasuredJump {
  readonly variant: string;
  readonly from: number;
  readonly to: number;
}

/** A bound on rounding: ten points of a hundred are not more than ten. */
const SLACK = 1e-9;

/**
 * Which variants' exposure grows by more than `jumpPoints` points of everybody, as measured. It is what `percent-jump` asks of
 * a file, asked of people: a rule for a narrow condition may in truth match most of them. Moves to the variant that is
 * safe today never count.
 */
export function measuredJumps(
  { passages }: Replay,
  limits: { readonly safe: string; readonly jumpPoints: number },
): MeasuredJump[] {
  const total = passages.reduce((sum, { contexts }) => sum + contexts, 0);
  const variants = [...new Set(passages.flatMap(({ to }) => to ?? []))].sort();
  const percentOf = (contexts: readonly number[]) =>
    (contexts.reduce((sum, one) => sum + one, 0) / total) * 100;
  return variants.flatMap((variant) => {
    if (variant === limits.safe) return [];
    const from = percentOf(passages.filter((one) => one.from === variant).map(({ contexts }) => contexts));
    const to = percentOf(passages.filter((one) => one.to === variant).map(({ contexts }) => contexts));
    return to - from > limits.jumpPoints + SLACK ? [{ variant, from, to }] : [];
  });
}
