import { CEILING_DEFAULTS, type CeilingSettings, isAboveCeiling } from './error-share.js';
import { type ArmCounts, addCounts, type ErrorWindow, NO_COUNTS } from './error-window.js';
import { type CeilingRule, type GuardFinding, type GuardSettings, noCounts } from './guard-rule.js';
import { atTime, inDuration, inPercent, inShare, inThousands } from './guard-sentences.js';
import { whyNotFresh } from './judge-ratio-guard.js';
import { type SelectedWindows, toErrorWindow } from './outcome-windows.js';

export interface CeilingTask {
  readonly rule: CeilingRule;
  readonly selected: SelectedWindows;
  readonly settings: GuardSettings;
  readonly nowMs: number;
}

interface Stretch {
  readonly endMs: number;
  readonly treatment: ArmCounts;
  readonly control: ArmCounts;
}

/**
 * Whether the treatment's own share of failed calls was above the ceiling at any time since the evidence began. An
 * incident that takes the control above it as well is not the treatment's. A threshold has no error probability.
 */
export function judgeCeilingGuard({ rule, selected, settings, nowMs }: CeilingTask): GuardFinding {
  const ceiling: CeilingSettings = {
    above: rule.above / 100,
    windowMs: rule.windowMs ?? CEILING_DEFAULTS.windowMs,
    minExposures: rule.minCalls ?? CEILING_DEFAULTS.minExposures,
  };
  const problem = selected.problem ?? whyOddCeiling(rule);
  if (problem !== undefined)
    return { verdict: 'error', cause: 'malformed', reason: problem, evidence: noCounts(selected.late) };
  const windows = selected.windows.map(toErrorWindow);
  const stretches = sumUp(windows, ceiling.windowMs);
  const alarm = stretches.find(({ treatment, control }) => isAboveCeiling(treatment, control, ceiling));
  const last = alarm ?? stretches.at(-1) ?? { endMs: nowMs, treatment: NO_COUNTS, control: NO_COUNTS };
  const newestMs = windows.findLast(({ treatment }) => treatment.exposures > 0)?.endMs;
  const evidence = {
    treatment: last.treatment,
    control: last.control,
    lateWindows: selected.late,
    ...(alarm === undefined ? {} : { alarmedAtMs: alarm.endMs }),
    ...(newestMs === undefined ? {} : { newestMs }),
  };
  const share = `Treatment fails ${inShare(last.treatment)} within ${inDuration(ceiling.windowMs)}`;
  const limit = `${inPercent(ceiling.above)} are allowed`;
  if (alarm !== undefined)
    return {
      verdict: 'fail',
      cause: 'ceiling',
      reason: `${share} ${atTime(alarm.endMs)}, ${limit}; control ${inShare(last.control)}.`,
      evidence,
    };
  const gap = whyNotFresh(newestMs, nowMs, settings.freshWithinMs);
  if (gap !== undefined) return { ...gap, verdict: 'inconclusive', evidence };
  const calls = windows.reduce((sum, { treatment }) => sum + treatment.exposures, 0);
  if (calls < ceiling.minExposures)
    return {
      verdict: 'inconclusive',
      cause: 'unproven',
      reason: `Only ${inThousands(calls)} of ${inThousands(ceiling.minExposures)} calls of the treatment are there yet.`,
      evidence,
    };
  return { verdict: 'pass', cause: 'clear', reason: `${share}, ${limit}.`, evidence };
}

function whyOddCeiling({ above, windowMs = 1, minCalls = 0 }: CeilingRule): string | undefined {
  if (!(above >= 0 && above <= 100))
    return `The ceiling is above ${above} %: give a percentage from 0 to 100.`;
  if (windowMs > 0 && minCalls >= 0) return undefined;
  return `The ceiling's window is ${windowMs} ms and its least number of calls ${minCalls}: give a time above 0 and a number from 0.`;
}

/** The sums of the last `windowMs` at the end of each window: a tick that was missed must not lose an alarm. */
function sumUp(windows: readonly ErrorWindow[], windowMs: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let oldest = 0;
  let treatment = NO_COUNTS;
  let control = NO_COUNTS;
  for (const [index, window] of windows.entries()) {
    treatment = addCounts(treatment, window.treatment);
    control = addCounts(control, window.control);
    for (let first = windows[oldest]; first !== undefined; first = windows[oldest]) {
      if (first.endMs > window.endMs - windowMs) break;
      treatment = subtract(treatment, first.treatment);
      control = subtract(control, first.control);
      oldest += 1;
    }
    // Windows that end together are one moment.
    if (windows[index + 1]?.endMs !== window.endMs)
      stretches.push({ endMs: window.endMs, treatment, control });
  }
  return stretches;
}

function subtract(a: ArmCounts, b: ArmCounts): ArmCounts {
  return { exposures: a.exposures - b.exposures, errors: a.errors - b.errors };
}
