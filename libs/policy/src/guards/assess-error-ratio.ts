import { addClustering, type ClusteringState, NO_CLUSTERING } from './clustering.js';
import type { ErrorRatioSettings } from './error-ratio-settings.js';
import { type ArmCounts, addCounts, type ErrorWindow, groupByEnd, NO_COUNTS } from './error-window.js';
import {
  addWindow,
  harmBeyond,
  type LogRatios,
  logEvidence,
  noEvidence,
  type RatioHypothesis,
  safetyBelow,
} from './evidence.js';

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

interface Run {
  readonly treatment: ArmCounts;
  readonly control: ArmCounts;
  readonly clustering: ClusteringState;
  readonly harm: LogRatios;
  readonly safety: LogRatios;
  readonly highestHarm?: number;
  readonly alarmedAtMs?: number;
  readonly newestMs?: number;
}

/** What well-formed windows say, without the decision. */
export function assessErrorRatio(
  windows: readonly ErrorWindow[],
  settings: ErrorRatioSettings,
): ErrorRatioEvidence {
  const harm = harmBeyond(settings.nullRatio);
  const safety = settings.proveBelow === undefined ? undefined : safetyBelow(settings.proveBelow);
  const alarmAt = -Math.log(settings.alpha);
  let run: Run = {
    treatment: NO_COUNTS,
    control: NO_COUNTS,
    clustering: NO_CLUSTERING,
    harm: noEvidence(harm),
    safety: safety === undefined ? [] : noEvidence(safety),
  };
  for (const group of groupByEnd(windows)) {
    run = addGroup(run, group, { harm, safety });
    run = lookForAlarm(run, group[0]?.endMs as number, { ...settings, alarmAt });
  }
  const { clustering, highestHarm, alarmedAtMs, newestMs } = run;
  return {
    treatment: run.treatment,
    control: run.control,
    harm: logEvidence(run.harm, clustering.phi),
    alarmAt,
    phi: clustering.phi,
    clusteringKnown: clustering.known,
    ...(highestHarm === undefined ? {} : { highestHarm }),
    ...(alarmedAtMs === undefined ? {} : { alarmedAtMs }),
    ...(newestMs === undefined ? {} : { newestMs }),
    ...(safety === undefined
      ? {}
      : { safety: logEvidence(run.safety, clustering.phi), provedAt: -Math.log(settings.proofAlpha) }),
  };
}

function addGroup(
  run: Run,
  group: readonly ErrorWindow[],
  bets: { readonly harm: RatioHypothesis; readonly safety: RatioHypothesis | undefined },
): Run {
  let { treatment, control, harm, safety, newestMs } = run;
  for (const window of group) {
    treatment = addCounts(treatment, window.treatment);
    control = addCounts(control, window.control);
    harm = addWindow(harm, window, bets.harm);
    if (bets.safety !== undefined) safety = addWindow(safety, window, bets.safety);
    if (window.treatment.exposures > 0 && window.control.exposures > 0) newestMs = window.endMs;
  }
  const clustering = addClustering(run.clustering, group);
  const next = { ...run, treatment, control, harm, safety, clustering };
  return newestMs === undefined ? next : { ...next, newestMs };
}

/** Looks after each moment, not only at the end: a tick that was missed must not lose an alarm. */
function lookForAlarm(
  run: Run,
  endMs: number,
  settings: ErrorRatioSettings & { readonly alarmAt: number },
): Run {
  const { exposures, errors } = run.treatment;
  if (errors < settings.minErrors || errors < settings.minShare * exposures) return run;
  const now = logEvidence(run.harm, run.clustering.phi);
  const highestHarm = Math.max(run.highestHarm ?? now, now);
  if (run.alarmedAtMs !== undefined || now < settings.alarmAt) return { ...run, highestHarm };
  return { ...run, highestHarm, alarmedAtMs: endMs };
}
