import { type ArmCounts, addCounts, describeCounts, type ErrorWindow, NO_COUNTS } from './error-window.js';
import { logEvidence } from './evidence.js';

/**
 * Guards on the treatment's own share of errors. They are what is left where there is no control (a stage of staff
 * only, a fleet of one instance), and what tells a healthy service, in which nothing fails, from a silent one.
 */
export interface CeilingSettings {
  /** A larger share is an alarm. */
  readonly above: number;
  /** The time that it is taken over, backwards from the end of the newest window. */
  readonly windowMs: number;
  /** Fewer exposures in that time say nothing. */
  readonly minExposures: number;
}

/** Source: reference note on rollouts, the guard `ceiling` of A1. */
export const CEILING_DEFAULTS: CeilingSettings = { above: 0.1, windowMs: 120_000, minExposures: 200 };

/**
 * Why the treatment is above the ceiling, or `undefined`. An incident that takes the control above it as well is not
 * the treatment's.
 */
export function whyAboveCeiling(
  windows: readonly ErrorWindow[],
  settings: CeilingSettings = CEILING_DEFAULTS,
): string | undefined {
  const newestMs = windows.reduce(
    (newest, window) => Math.max(newest, window.endMs),
    Number.NEGATIVE_INFINITY,
  );
  const recent = windows.filter((window) => window.endMs > newestMs - settings.windowMs);
  const treatment = recent.reduce((sum, window) => addCounts(sum, window.treatment), NO_COUNTS);
  const control = recent.reduce((sum, window) => addCounts(sum, window.control), NO_COUNTS);
  if (!isAboveCeiling(treatment, control, settings)) return undefined;
  return `The treatment fails above ${100 * settings.above} %: ${describeCounts(treatment)} in the last ${settings.windowMs / 1000} s.`;
}

/** On the sums of one stretch of time. */
export function isAboveCeiling(
  treatment: ArmCounts,
  control: ArmCounts,
  { above, minExposures }: CeilingSettings,
): boolean {
  const exceeds = ({ exposures, errors }: ArmCounts) => errors > above * exposures;
  return treatment.exposures >= minExposures && exceeds(treatment) && !exceeds(control);
}

/** Parts of the bound that the proof bets on. Without errors the smallest does most of the work. */
const SMALLER_PARTS: readonly number[] = [0.02, 0.1, 0.25, 0.5];

/**
 * The natural logarithm of the evidence that the treatment's share of errors is below a bound, whatever its control
 * does; proved at −ln alpha, at any time. The same kind of bet as on the ratio, on plain binomial counts.
 */
export function shareEvidence(windows: readonly ErrorWindow[], below: number, phi = 1): number {
  const { exposures, errors } = windows.reduce((sum, window) => addCounts(sum, window.treatment), NO_COUNTS);
  const good = exposures - errors;
  const sums = SMALLER_PARTS.map(
    (part) => errors * Math.log(part) + good * (Math.log1p(-part * below) - Math.log1p(-below)),
  );
  return logEvidence(sums, phi);
}
