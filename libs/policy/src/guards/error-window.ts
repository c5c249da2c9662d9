/** What one arm did in one window. Whole numbers. */
export interface ArmCounts {
  /** Calls, evaluations or instances: whatever can fail once. */
  readonly exposures: number;
  /** How many of the exposures failed. */
  readonly errors: number;
}

/**
 * How errors cluster, since a subject that always fails says less than as many subjects that fail once.
 *
 * `subjects`: how much Σx and Σx² over the subjects of both arms grew in this window, x being the errors of a subject
 * since the plan began (an SDK that counts one more error for a subject adds 1 and 2x + 1). Growths add up over
 * instances and windows. `measured`: a factor that was measured otherwise, for the time until the window's end.
 */
export type Clustering =
  | { readonly kind: 'subjects'; readonly errors: number; readonly squares: number }
  | { readonly kind: 'measured'; readonly phi: number };

/**
 * One flush period of one stratum (a region, a replica, or the whole fleet). Only subjects exposed in the stratum
 * count, so that both arms lived through the same minutes. Windows are never pooled: while the share of the treatment
 * grows, pooling takes a drifting baseline for an effect.
 */
export interface ErrorWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly stratum: string;
  readonly treatment: ArmCounts;
  readonly control: ArmCounts;
  /** Absent: unknown. Then nothing is divided, and nothing is proved safe. */
  readonly clustering?: Clustering;
}

export const NO_COUNTS: ArmCounts = { exposures: 0, errors: 0 };

export function addCounts(a: ArmCounts, b: ArmCounts): ArmCounts {
  return { exposures: a.exposures + b.exposures, errors: a.errors + b.errors };
}

/** "12 of 240 (5.00 %)". */
export function describeCounts({ exposures, errors }: ArmCounts): string {
  if (exposures === 0) return 'none of 0';
  return `${errors} of ${exposures} (${((100 * errors) / exposures).toFixed(2)} %)`;
}

/** Why a window cannot be judged, with its place; `undefined` when it can. */
export function whyMalformed(window: ErrorWindow): string | undefined {
  const where = `The window of ${window.stratum} from ${window.startMs} to ${window.endMs}`;
  if (!Number.isFinite(window.startMs) || !Number.isFinite(window.endMs) || window.endMs <= window.startMs)
    return `${where} does not end after it begins.`;
  for (const arm of ['treatment', 'control'] as const) {
    const { exposures, errors } = window[arm];
    if (!isCount(exposures) || !isCount(errors))
      return `${where} has ${errors} errors in ${exposures} exposures of the ${arm}: send whole numbers from 0.`;
    if (errors > exposures)
      return `${where} has more errors (${errors}) than exposures (${exposures}) in the ${arm}.`;
  }
  return whyOddClustering(window.clustering, where);
}

function whyOddClustering(clustering: Clustering | undefined, where: string): string | undefined {
  if (clustering?.kind === 'measured' && !(Number.isFinite(clustering.phi) && clustering.phi >= 0))
    return `${where} has the clustering ${clustering.phi}: send a finite number from 0.`;
  if (clustering?.kind !== 'subjects') return undefined;
  const { errors, squares } = clustering;
  if (isCount(errors) && isCount(squares) && squares >= errors) return undefined;
  return `${where} has sums over subjects that cannot be: ${errors} errors, ${squares} squares.`;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The first problem with the data. A window from the future would look fresh for as long as its clock is ahead. */
export function firstProblem(windows: readonly ErrorWindow[], latestMs: number): string | undefined {
  if (Number.isNaN(latestMs)) return 'The time of the judgement is not a number.';
  for (const window of windows) {
    const problem = whyMalformed(window);
    if (problem !== undefined) return problem;
    if (window.startMs > latestMs)
      return `The window of ${window.stratum} from ${window.startMs} to ${window.endMs} lies in the future.`;
  }
  return undefined;
}

/**
 * The windows by time, those that end together as one group, each group in an order that does not depend on how they
 * came: two controllers that read the same rows decide alike to the last bit.
 */
export function groupByEnd(windows: readonly ErrorWindow[]): readonly (readonly ErrorWindow[])[] {
  const groups: ErrorWindow[][] = [];
  for (const window of [...windows].sort(compareWindows)) {
    const last = groups.at(-1);
    if (last?.[0]?.endMs === window.endMs) last.push(window);
    else groups.push([window]);
  }
  return groups;
}

function compareWindows(a: ErrorWindow, b: ErrorWindow): number {
  return (
    a.endMs - b.endMs ||
    a.startMs - b.startMs ||
    compareText(a.stratum, b.stratum) ||
    a.treatment.exposures - b.treatment.exposures ||
    a.treatment.errors - b.treatment.errors ||
    a.control.exposures - b.control.exposures ||
    a.control.errors - b.control.errors
  );
}

/** By code units: the answer must not depend on the machine's language. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
