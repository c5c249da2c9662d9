import type { ErrorWindow } from './error-window.js';
import { type ArmSums, GUARD_WINDOW_MS, type GuardWindow } from './guard-window.js';
import type { LatencyRow } from './log-latency.js';
import { callsWithValue, slowCalls } from './slow-calls.js';

export interface SelectedWindows {
  /** By time, in an order that does not depend on how they came. */
  readonly windows: readonly GuardWindow[];
  readonly late: number;
  /** Why they cannot be judged. */
  readonly problem?: string;
}

/** The windows that began since the evidence did, without those that came too late or from whom nobody trusts. */
export function selectWindows(
  all: readonly GuardWindow[],
  at: { readonly sinceMs: number; readonly latestMs: number; readonly trustWeb?: boolean | undefined },
): SelectedWindows {
  const ofEpoch = all.filter(
    ({ fromMs, web }) => !(fromMs < at.sinceMs) && (web !== true || at.trustWeb === true),
  );
  const windows = ofEpoch.filter(({ late }) => late !== true).sort(compareWindows);
  const late = ofEpoch.length - windows.length;
  const problem = firstProblemOf(windows, at.latestMs);
  return problem === undefined ? { windows, late } : { windows: [], late, problem };
}

/** Windows that end together, one list after the other. */
export function groupByTime<Row extends { readonly endMs: number }>(
  sorted: readonly Row[],
): readonly (readonly Row[])[] {
  const groups: Row[][] = [];
  for (const row of sorted) {
    const last = groups.at(-1);
    if (last?.[0]?.endMs === row.endMs) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** Failed calls, with what is known of how they cluster. */
export function toErrorWindow(window: GuardWindow): ErrorWindow {
  const { treatment, control } = window;
  const errors = treatment.errorSum + control.errorSum;
  const squares = treatment.errorSquares + control.errorSquares;
  const isKnown = errors > 0 || treatment.errors + control.errors === 0;
  return {
    ...placeOf(window),
    treatment: { exposures: treatment.calls, errors: treatment.errors },
    control: { exposures: control.calls, errors: control.errors },
    ...(isKnown ? { clustering: { kind: 'subjects', errors, squares } } : {}),
  };
}

/** Calls slower than the edge, as errors. */
export function toSlowWindow(window: GuardWindow, edge: number): ErrorWindow {
  const count = ({ buckets }: ArmSums) => ({
    exposures: callsWithValue(buckets),
    errors: slowCalls(buckets, edge),
  });
  return { ...placeOf(window), treatment: count(window.treatment), control: count(window.control) };
}

export function toLatencyRow(window: GuardWindow): LatencyRow {
  const arm = ({ buckets, logSum, logSquares }: ArmSums) => ({
    calls: callsWithValue(buckets),
    logSum,
    logSquares,
  });
  return { endMs: endOf(window), treatment: arm(window.treatment), control: arm(window.control) };
}

export function endOf({ fromMs }: GuardWindow): number {
  return fromMs + GUARD_WINDOW_MS;
}

/** Each generation is a stratum: the share and the rules of a window are those of its ruleset. */
function placeOf(window: GuardWindow): Pick<ErrorWindow, 'startMs' | 'endMs' | 'stratum'> {
  const source = window.web === true ? 'web' : 'server';
  return { startMs: window.fromMs, endMs: endOf(window), stratum: `${source} ${window.generation}` };
}

function compareWindows(a: GuardWindow, b: GuardWindow): number {
  return (
    a.fromMs - b.fromMs ||
    a.generation - b.generation ||
    Number(a.web ?? false) - Number(b.web ?? false) ||
    compareSums(a.treatment, b.treatment) ||
    compareSums(a.control, b.control)
  );
}

/** By all that enters a decision, so that rows that compare as equal are equal. */
function compareSums(a: ArmSums, b: ArmSums): number {
  const [left, right] = [figuresOf(a), figuresOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function figuresOf(sums: ArmSums): readonly number[] {
  return [
    sums.exposures,
    sums.calls,
    sums.errors,
    sums.errorSum,
    sums.errorSquares,
    sums.logSum,
    sums.logSquares,
    ...sums.buckets,
  ];
}

/** A window from the future would look fresh for as long as its clock is ahead. */
function firstProblemOf(windows: readonly GuardWindow[], latestMs: number): string | undefined {
  if (Number.isNaN(latestMs)) return 'The time of the judgement is not a number.';
  for (const window of windows) {
    const where = `The window from ${window.fromMs} of generation ${window.generation}`;
    if (!Number.isFinite(window.fromMs)) return `${where} does not say when it was.`;
    if (window.fromMs > latestMs) return `${where} lies in the future.`;
    for (const arm of ['treatment', 'control'] as const) {
      const why = whyOdd(window[arm]);
      if (why !== undefined) return `${where} ${why} in the ${arm}.`;
    }
  }
  return undefined;
}

function whyOdd(sums: ArmSums): string | undefined {
  const counts = [sums.exposures, sums.calls, sums.errors, sums.errorSum, sums.errorSquares, ...sums.buckets];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0))
    return `has counts that are not whole numbers from 0 (${counts.slice(0, 5).join(', ')})`;
  if (sums.errors > sums.calls) return `has more errors (${sums.errors}) than calls (${sums.calls})`;
  if (sums.errorSquares < sums.errorSum)
    return `has sums over subjects that cannot be (${sums.errorSum} errors, ${sums.errorSquares} squares)`;
  if (!Number.isFinite(sums.logSum) || !Number.isFinite(sums.logSquares) || sums.logSquares < 0)
    return `has sums of latencies that cannot be (${sums.logSum}, ${sums.logSquares})`;
  return undefined;
}
