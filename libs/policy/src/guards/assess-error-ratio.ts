import { addClustering, NO_CLUSTERING } from './clustering.js';
import type { ErrorRatioSettings } from './error-ratio-settings.js';
import { type ArmCounts, addCounts, type ErrorWindow, groupByEnd, NO_COUNTS } from './error-window.js';
import { createTally, harmBeyond, logEvidence, safetyBelow } from './evidence.js';

export interface ErrorRatioEvidence {
  readonly treatment: ArmCounts;
  readonly control: ArmCounts;
  /** Natural logarithm of the evidence that the treatment is worse, now; the alarm is at `alarmAt`. */
  readonly harm: number;
  /** The highest that it ever was with the floors passed. */
  readonly highestHarm?: number;
  readonly alarmAt: number;
  /** End of the first window that raised the alarm. An alarm stays. */
  readonly alarmedAtMs?: number;
  /** Natural logarithm of the evidence that the treatment is safe, now; only with `proveBelow`. */
  readonly safety?: number;
  readonly provedAt?: number;
  readonly phi: number;
  readonly clusteringKnown: boolean;
  /** End of the newest window in which both arms were exposed. */
  readonly newestMs?: number;
}

/** Evidence that grows by one moment after the other, for those who look after each. */
export interface ErrorRatioRun {
  /** Windows that end together and later than all before. True: the alarm is raised, now or earlier. */
  readonly add: (group: readonly ErrorWindow[]) => boolean;
  readonly evidence: () => ErrorRatioEvidence;
}

/** What well-formed windows say, without the decision. */
export function assessErrorRatio(
  windows: readonly ErrorWindow[],
  settings: ErrorRatioSettings,
): ErrorRatioEvidence {
  const run = startErrorRatio(settings);
  for (const group of groupByEnd(windows)) run.add(group);
  return run.evidence();
}

export function startErrorRatio(settings: ErrorRatioSettings): ErrorRatioRun {
  const harm = createTally(harmBeyond(settings.nullRatio));
  const safety =
    settings.proveBelow === undefined ? undefined : createTally(safetyBelow(settings.proveBelow));
  const alarmAt = -Math.log(settings.alpha);
  let treatment = NO_COUNTS;
  let control = NO_COUNTS;
  let clustering = NO_CLUSTERING;
  const moments: { highestHarm?: number; alarmedAtMs?: number; newestMs?: number } = {};

  /** Looks after each moment, not only at the end: a tick that was missed must not lose an alarm. */
  const look = (endMs: number): void => {
    if (treatment.errors < settings.minErrors || treatment.errors < settings.minShare * treatment.exposures)
      return;
    const now = logEvidence(harm.sums, clustering.phi);
    moments.highestHarm = Math.max(moments.highestHarm ?? now, now);
    if (now >= alarmAt) moments.alarmedAtMs ??= endMs;
  };
  const add: ErrorRatioRun['add'] = (group) => {
    for (const window of group) {
      treatment = addCounts(treatment, window.treatment);
      control = addCounts(control, window.control);
      harm.add(window);
      safety?.add(window);
      if (window.treatment.exposures > 0 && window.control.exposures > 0) moments.newestMs = window.endMs;
    }
    clustering = addClustering(clustering, group);
    look(group[0]?.endMs as number);
    return moments.alarmedAtMs !== undefined;
  };
  const evidence = (): ErrorRatioEvidence => ({
    treatment,
    control,
    harm: logEvidence(harm.sums, clustering.phi),
    alarmAt,
    phi: clustering.phi,
    clusteringKnown: clustering.known,
    ...moments,
    ...(safety === undefined
      ? {}
      : { safety: logEvidence(safety.sums, clustering.phi), provedAt: -Math.log(settings.proofAlpha) }),
  });
  return { add, evidence };
}
