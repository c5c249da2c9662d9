import {
  type GuardEpoch,
  type GuardEvidence,
  type GuardFinding,
  type GuardSettings,
  noCounts,
} from './guard-rule.js';
import { atTime, inOdds, inPercent, inShare, inThousands } from './guard-sentences.js';
import { whyNotFresh } from './judge-ratio-guard.js';
import { endOf, groupByTime, type SelectedWindows } from './outcome-windows.js';
import {
  SAMPLE_RATIO_DEFAULTS,
  type SampleRatioEvidence,
  type SampleRatioRow,
  startSampleRatio,
} from './sample-ratio.js';

export interface SampleRatioTask {
  readonly selected: SelectedWindows;
  readonly epochs: readonly GuardEpoch[];
  readonly settings: GuardSettings;
  readonly nowMs: number;
}

/** Whether the arms are as large as the percent says; if not, no comparison of them can be believed. */
export function judgeSampleRatio({ selected, epochs, settings, nowMs }: SampleRatioTask): GuardFinding {
  const problem = selected.problem ?? whyOddShare(epochs);
  if (problem !== undefined)
    return { verdict: 'error', cause: 'malformed', reason: problem, evidence: noCounts(selected.late) };
  const rows = toRows(selected, epochs);
  const known = epochs.some(({ treatmentShare }) => isSplit(treatmentShare));
  if (!known)
    return {
      verdict: 'pass',
      cause: 'not-applicable',
      reason:
        'No stretch of the rollout has a known share of both arms, so there is nothing to compare with.',
      evidence: noCounts(selected.late),
    };
  const run = startSampleRatio({ ...SAMPLE_RATIO_DEFAULTS, alpha: settings.sampleRatioAlpha });
  for (const group of groupByTime(rows)) run.add(group);
  const found = run.evidence();
  return { ...decide(found, nowMs, settings), evidence: toGuardEvidence(found, selected.late) };
}

/** The share of a row is that of its generation: clients change over one after the other. */
function toRows(selected: SelectedWindows, epochs: readonly GuardEpoch[]): readonly SampleRatioRow[] {
  const newestFirst = [...epochs].sort((a, b) => b.fromGeneration - a.fromGeneration || b.fromMs - a.fromMs);
  return selected.windows.flatMap((window) => {
    const epoch = newestFirst.find(({ fromGeneration }) => fromGeneration <= window.generation);
    const share = epoch?.treatmentShare;
    if (share === undefined || !isSplit(share)) return [];
    return [
      {
        endMs: endOf(window),
        share,
        treatment: window.treatment.exposures,
        control: window.control.exposures,
        reporters: Math.max(1, window.reporters ?? 1),
      },
    ];
  });
}

function isSplit(share: number | undefined): boolean {
  return share !== undefined && share > 0 && share < 1;
}

function whyOddShare(epochs: readonly GuardEpoch[]): string | undefined {
  const odd = epochs.find(({ treatmentShare = 0 }) => !(treatmentShare >= 0 && treatmentShare <= 1));
  return odd === undefined
    ? undefined
    : `The treatment's share from generation ${odd.fromGeneration} is ${odd.treatmentShare}: give a number from 0 to 1.`;
}

function decide(
  found: SampleRatioEvidence,
  nowMs: number,
  { freshWithinMs }: GuardSettings,
): Omit<GuardFinding, 'evidence'> {
  const subjects = found.treatment + found.control;
  const expected = subjects === 0 ? '' : `, ${inPercent(found.expected / subjects)} were expected`;
  const counts = `Treatment has ${inShare({ exposures: subjects, errors: found.treatment })} of the subjects${expected}`;
  if (found.alarmedAtMs !== undefined)
    return {
      verdict: 'fail',
      cause: 'uneven',
      reason: `${counts}: the arms cannot be compared, evidence ${inOdds(found.highestUneven)} ${atTime(found.alarmedAtMs)}.`,
    };
  const gap = whyNotFresh(found.newestMs, nowMs, freshWithinMs);
  if (gap !== undefined)
    return {
      ...gap,
      verdict: 'inconclusive',
      reason: `${gap.reason} ${inThousands(subjects)} subjects so far.`,
    };
  return { verdict: 'pass', cause: 'clear', reason: `${counts}: no sign of a lopsided count.` };
}

function toGuardEvidence(found: SampleRatioEvidence, lateWindows: number): GuardEvidence {
  return {
    treatment: { exposures: found.treatment, errors: 0 },
    control: { exposures: found.control, errors: 0 },
    logEvidence: found.uneven,
    highest: found.highestUneven,
    alarmAt: found.alarmAt,
    lateWindows,
    ...(found.alarmedAtMs === undefined ? {} : { alarmedAtMs: found.alarmedAtMs }),
    ...(found.newestMs === undefined ? {} : { newestMs: found.newestMs }),
  };
}
