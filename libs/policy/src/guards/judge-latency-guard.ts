import { assessErrorRatio, type ErrorRatioEvidence } from './assess-error-ratio.js';
import { ERROR_RATIO_DEFAULTS, whyUnusable } from './error-ratio-settings.js';
import type { ErrorWindow } from './error-window.js';
import {
  type GuardEvidence,
  type GuardFinding,
  type GuardSettings,
  type LatencyRule,
  noCounts,
} from './guard-rule.js';
import { inOdds, inShare, inThousands, inTimes } from './guard-sentences.js';
import { whyNotFresh } from './judge-ratio-guard.js';
import { LOG_LATENCY_DEFAULTS, type LogLatencyEvidence, startLogLatency } from './log-latency.js';
import { groupByTime, type SelectedWindows, toLatencyRow, toSlowWindow } from './outcome-windows.js';
import { boundRatio } from './ratio-bounds.js';

export interface LatencyTask {
  readonly rule: LatencyRule;
  readonly selected: SelectedWindows;
  /** This guard's part of the plan's alpha; both tests share it. */
  readonly alpha: number;
  /** The edge above which a call is slow, frozen when the plan started; absent: unknown then. */
  readonly slowEdge?: number | undefined;
  readonly settings: GuardSettings;
  readonly nowMs: number;
}

/** Slow calls see what happens to the tail, the mean of the logarithm sees what happens to everybody. */
export function judgeLatencyGuard(task: LatencyTask): GuardFinding {
  const { rule, selected, slowEdge } = task;
  const alpha = slowEdge === undefined ? task.alpha : task.alpha / 2;
  const nullRatio = rule.nullRatio ?? 1;
  const settings = { ...ERROR_RATIO_DEFAULTS, alpha, nullRatio, minErrors: task.settings.minErrors };
  const problem = selected.problem ?? whyUnusable(settings) ?? whyOddEdge(slowEdge);
  if (problem !== undefined)
    return { verdict: 'error', cause: 'malformed', reason: problem, evidence: noCounts(selected.late) };
  const run = startLogLatency({ ...LOG_LATENCY_DEFAULTS, alpha, nullRatio });
  for (const group of groupByTime(selected.windows.map(toLatencyRow))) run.add(group);
  const mean = run.evidence();
  const windows =
    slowEdge === undefined ? [] : selected.windows.map((window) => toSlowWindow(window, slowEdge));
  const slow = slowEdge === undefined ? undefined : assessErrorRatio(windows, settings);
  const evidence = toGuardEvidence({ mean, slow, windows, alpha, late: selected.late });
  return { ...decide(mean, slow, { ...task, atLeast: evidence.atLeast }), evidence };
}

function whyOddEdge(edge: number | undefined): string | undefined {
  if (edge === undefined || (Number.isInteger(edge) && edge >= 0)) return undefined;
  return `The edge of slow calls is ${edge}: give the index of an edge of the histogram.`;
}

function toGuardEvidence(parts: {
  readonly mean: LogLatencyEvidence;
  readonly slow: ErrorRatioEvidence | undefined;
  readonly windows: readonly ErrorWindow[];
  readonly alpha: number;
  readonly late: number;
}): GuardEvidence {
  const { mean, slow } = parts;
  const { alarmedAtMs = Number.POSITIVE_INFINITY } = mean;
  const firstMs = Math.min(alarmedAtMs, slow?.alarmedAtMs ?? Number.POSITIVE_INFINITY);
  const { atLeast } = boundRatio(parts.windows, parts.alpha);
  return {
    treatment: slow?.treatment ?? { exposures: mean.treatmentCalls, errors: 0 },
    control: slow?.control ?? { exposures: mean.controlCalls, errors: 0 },
    lateWindows: parts.late,
    ...(slow === undefined
      ? {}
      : { logEvidence: slow.harm, highest: slow.highestHarm ?? slow.harm, alarmAt: slow.alarmAt }),
    ...(atLeast === undefined ? {} : { atLeast }),
    ...(Number.isFinite(firstMs) ? { alarmedAtMs: firstMs } : {}),
    ...(mean.newestMs === undefined ? {} : { newestMs: mean.newestMs }),
    mean: {
      logEvidence: mean.slower,
      alarmAt: mean.alarmAt,
      ...(mean.ratio === undefined ? {} : { ratio: mean.ratio }),
      ...(mean.atLeast === undefined ? {} : { atLeast: mean.atLeast }),
    },
  };
}

function decide(
  mean: LogLatencyEvidence,
  slow: ErrorRatioEvidence | undefined,
  task: LatencyTask & { readonly atLeast: number | undefined },
): Omit<GuardFinding, 'evidence'> {
  const alarms = [
    ...(slow?.alarmedAtMs === undefined ? [] : [saySlow(slow, task.atLeast)]),
    ...(mean.alarmedAtMs === undefined ? [] : [sayMean(mean)]),
  ];
  if (alarms.length > 0) return { verdict: 'fail', cause: 'slower', reason: alarms.join(' ') };
  const calls = `${inThousands(mean.treatmentCalls)} calls of the treatment, ${inThousands(mean.controlCalls)} of the control`;
  const gap = whyNotFresh(mean.newestMs, task.nowMs, task.settings.freshWithinMs);
  if (gap !== undefined) return { ...gap, verdict: 'inconclusive', reason: `${gap.reason} ${calls} so far.` };
  if (mean.highestSlower === undefined)
    return {
      verdict: 'inconclusive',
      cause: 'unproven',
      reason: `Latency is judged from ${LOG_LATENCY_DEFAULTS.minCalls} calls of each arm on: ${calls} so far.`,
    };
  const ratio = `Treatment is ${inTimes(mean.ratio ?? 1)} as slow as the control on average`;
  const tail =
    slow === undefined
      ? ''
      : `, ${inShare(slow.treatment)} of its calls are slow against ${inShare(slow.control)}`;
  return { verdict: 'pass', cause: 'clear', reason: `${ratio}${tail}: no sign of harm.` };
}

function saySlow(slow: ErrorRatioEvidence, atLeast: number | undefined): string {
  const times =
    atLeast === undefined || atLeast <= 1 ? 'more than is allowed' : `at least ${inTimes(atLeast)} as many`;
  const odds = inOdds(slow.highestHarm ?? slow.harm);
  return `Of the treatment's calls ${inShare(slow.treatment)} are slow, of the control's ${inShare(slow.control)}: ${times}, evidence ${odds}.`;
}

function sayMean(mean: LogLatencyEvidence): string {
  const percent = (ratio: number) => `${(100 * (ratio - 1)).toFixed(0)} %`;
  const atLeast = mean.atLeast !== undefined && mean.atLeast > 1 ? `, at least ${percent(mean.atLeast)}` : '';
  return `Treatment is slower by ${percent(mean.ratio ?? 1)} on average${atLeast}, evidence ${inOdds(mean.highestSlower ?? 0)}.`;
}
