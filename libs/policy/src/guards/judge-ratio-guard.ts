import { assessErrorRatio, type ErrorRatioEvidence } from './assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS, type ErrorRatioSettings, whyUnusable } from './error-ratio-settings.js';
import type { ErrorWindow } from './error-window.js';
import {
  type GuardEvidence,
  type GuardFinding,
  type GuardSettings,
  noCounts,
  type RatioRule,
} from './guard-rule.js';
import { atTime, inDuration, inOdds, inShare, inThousands, inTimes } from './guard-sentences.js';
import { type SelectedWindows, toErrorWindow } from './outcome-windows.js';
import { proofProgress } from './proof-progress.js';
import { boundRatio } from './ratio-bounds.js';

export interface RatioTask {
  readonly rule: RatioRule;
  readonly selected: SelectedWindows;
  /** This guard's part of the plan's alpha. */
  readonly alpha: number;
  readonly ratioBelow?: number | undefined;
  readonly settings: GuardSettings;
  readonly nowMs: number;
}

/** Whether the treatment fails more often than the control that lived through the same seconds. */
export function judgeRatioGuard(task: RatioTask): GuardFinding {
  const { rule, selected, settings } = task;
  const all: ErrorRatioSettings = {
    ...ERROR_RATIO_DEFAULTS,
    alpha: task.alpha,
    nullRatio: rule.nullRatio ?? 1,
    minErrors: rule.minErrors ?? settings.minErrors,
    freshWithinMs: settings.freshWithinMs,
    proofAlpha: settings.proofAlpha,
    ...(task.ratioBelow === undefined ? {} : { proveBelow: task.ratioBelow }),
  };
  const problem = selected.problem ?? whyUnusable(all);
  if (problem !== undefined)
    return { verdict: 'error', cause: 'malformed', reason: problem, evidence: noCounts(selected.late) };
  const windows = selected.windows.map(toErrorWindow);
  const found = assessErrorRatio(windows, all);
  const evidence = toGuardEvidence(windows, found, { ...task, alpha: all.alpha });
  return { ...decide(found, evidence, task), evidence };
}

function toGuardEvidence(
  windows: readonly ErrorWindow[],
  found: ErrorRatioEvidence,
  task: RatioTask,
): GuardEvidence {
  const { ratioBelow } = task;
  const proof = ratioBelow === undefined ? undefined : proofProgress(windows, found, ratioBelow);
  return {
    treatment: found.treatment,
    control: found.control,
    logEvidence: found.harm,
    highest: found.highestHarm ?? found.harm,
    alarmAt: found.alarmAt,
    phi: found.phi,
    lateWindows: task.selected.late,
    ...boundRatio(windows, task.alpha),
    ...(found.alarmedAtMs === undefined ? {} : { alarmedAtMs: found.alarmedAtMs }),
    ...(found.newestMs === undefined ? {} : { newestMs: found.newestMs }),
    ...(proof === undefined ? {} : { proof }),
  };
}

function decide(
  found: ErrorRatioEvidence,
  evidence: GuardEvidence,
  { rule, settings, nowMs }: RatioTask,
): Omit<GuardFinding, 'evidence'> {
  const counts = `Treatment fails ${inShare(found.treatment)}, control ${inShare(found.control)}`;
  if (found.alarmedAtMs !== undefined)
    return { verdict: 'fail', cause: 'worse', reason: sayWorse(counts, evidence, rule.nullRatio ?? 1) };
  const gap = whyNotFresh(found.newestMs, nowMs, settings.freshWithinMs);
  if (gap !== undefined) return { ...gap, verdict: 'inconclusive', reason: `${gap.reason} ${counts}.` };
  const odds = `evidence ${inOdds(found.harm)} where ${inOdds(found.alarmAt)} is an alarm`;
  const { proof } = evidence;
  if (proof === undefined)
    return { verdict: 'pass', cause: 'clear', reason: `${counts}: no sign of harm, ${odds}.` };
  const bound = `that it fails less than ${inTimes(proof.ratioBelow)} as often`;
  if (proof.isProven)
    return { verdict: 'pass', cause: 'proven', reason: `${counts}: it is proved ${bound}.` };
  const missing = found.clusteringKnown
    ? `evidence ${inOdds(proof.logEvidence)} of ${inOdds(proof.provedAt)}${sayCalls(proof.callsToGo)}`
    : 'nobody says how the errors cluster over subjects, so nothing can be proved';
  return {
    verdict: 'inconclusive',
    cause: 'unproven',
    reason: `${counts}: it is not proved yet ${bound}, ${missing}.`,
  };
}

function sayWorse(counts: string, evidence: GuardEvidence, nullRatio: number): string {
  const { atLeast = 0, highest = 0, alarmedAtMs, newestMs } = evidence;
  const times = atLeast > nullRatio ? `at least ${inTimes(atLeast)} as many` : 'more than is allowed';
  const allowed = nullRatio === 1 ? '' : ` (${inTimes(nullRatio)} are allowed)`;
  const then =
    alarmedAtMs === undefined || alarmedAtMs === newestMs ? '' : ` The alarm was ${atTime(alarmedAtMs)}.`;
  return `${counts}: ${times}${allowed}, evidence ${inOdds(highest)}.${then}`;
}

function sayCalls(callsToGo: number | undefined): string {
  if (callsToGo === undefined) return ', and while nothing fails no ratio can be proved';
  return `, about ${inThousands(Number(callsToGo.toPrecision(2)))} more calls of the treatment if it is harmless`;
}

/** Missing or old data, which is never a pass. */
export function whyNotFresh(
  newestMs: number | undefined,
  nowMs: number,
  freshWithinMs: number,
): { readonly cause: 'no-data' | 'stale'; readonly reason: string } | undefined {
  if (newestMs === undefined)
    return { cause: 'no-data', reason: 'There is no window yet in which both arms did anything.' };
  const ageMs = nowMs - newestMs;
  if (ageMs <= freshWithinMs) return undefined;
  return {
    cause: 'stale',
    reason: `The newest window with both arms ended ${inDuration(ageMs)} ago, ${inDuration(freshWithinMs)} are allowed.`,
  };
}
