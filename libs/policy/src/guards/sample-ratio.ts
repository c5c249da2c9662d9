/**
 * Whether the arms are as large as the percent of the rollout says. If they are not, units were lost or counted twice
 * on one side, and no other guard can be believed. A Beta-binomial bet against the known share; evidence of stretches
 * with constant shares is multiplied. Source: reference note on rollouts, A3.3.
 */
export interface SampleRatioRow {
  readonly endMs: number;
  /** The treatment's part of the randomised units while this was counted, between 0 and 1. */
  readonly share: number;
  readonly treatment: number;
  readonly control: number;
  /** How many SDK instances may have counted the same subject. */
  readonly reporters: number;
}

export interface SampleRatioSettings {
  readonly alpha: number;
  /** Weight of the bet in subjects: how close to the share it looks for deviations. */
  readonly concentration: number;
}

export const SAMPLE_RATIO_DEFAULTS: SampleRatioSettings = { alpha: 0.001, concentration: 1000 };

export interface SampleRatioEvidence {
  readonly treatment: number;
  readonly control: number;
  /** Subjects of the treatment that the shares let expect among as many. */
  readonly expected: number;
  readonly uneven: number;
  readonly highestUneven: number;
  readonly alarmAt: number;
  readonly alarmedAtMs?: number;
  readonly newestMs?: number;
}

/** ln E of `treatment` and `control` subjects where `share` of them should be in the treatment. */
export function sampleRatioEvidence(
  { treatment, control }: { readonly treatment: number; readonly control: number },
  share: number,
  concentration = SAMPLE_RATIO_DEFAULTS.concentration,
): number {
  const [a, b] = [concentration * share, concentration * (1 - share)];
  return (
    logBeta(treatment + a, control + b) -
    logBeta(a, b) -
    treatment * Math.log(share) -
    control * Math.log1p(-share)
  );
}

/** Evidence that grows by one moment after the other. */
export interface SampleRatioRun {
  readonly add: (group: readonly SampleRatioRow[]) => boolean;
  readonly evidence: () => SampleRatioEvidence;
}

export function startSampleRatio(settings: SampleRatioSettings): SampleRatioRun {
  const alarmAt = -Math.log(settings.alpha);
  const byShare = new Map<number, { treatment: number; control: number }>();
  let reporters = 1;
  let uneven = 0;
  let highestUneven = 0;
  const moments: { alarmedAtMs?: number; newestMs?: number } = {};

  const add: SampleRatioRun['add'] = (group) => {
    for (const row of group) {
      const counts = byShare.get(row.share) ?? { treatment: 0, control: 0 };
      counts.treatment += row.treatment;
      counts.control += row.control;
      byShare.set(row.share, counts);
      reporters = Math.max(reporters, row.reporters);
      if (row.treatment + row.control > 0) moments.newestMs = row.endMs;
    }
    uneven = 0;
    for (const [share, { treatment, control }] of byShare) {
      // A subject that every instance counts is one coin that was thrown once.
      const counts = { treatment: treatment / reporters, control: control / reporters };
      uneven += sampleRatioEvidence(counts, share, settings.concentration);
    }
    highestUneven = Math.max(highestUneven, uneven);
    if (uneven >= alarmAt) moments.alarmedAtMs ??= group[0]?.endMs as number;
    return moments.alarmedAtMs !== undefined;
  };
  const evidence = (): SampleRatioEvidence => {
    const totals = { treatment: 0, control: 0, expected: 0 };
    for (const [share, { treatment, control }] of byShare) {
      totals.treatment += treatment;
      totals.control += control;
      totals.expected += share * (treatment + control);
    }
    return { ...totals, uneven, highestUneven, alarmAt, ...moments };
  };
  return { add, evidence };
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series from 15 on, and the recurrence below; right to about 1e-13 of the value. Source: DLMF 5.11.1. */
function logGamma(value: number): number {
  let at = value;
  let product = 1;
  while (at < 15) {
    product *= at;
    at += 1;
  }
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
