import type { ArmCounts } from './error-window.js';

/** Figures in the words of a person who is woken at three: not more digits than help. */

/** `9500` is "9,500". */
export function inThousands(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `0.0523` is "5.2 %"; small shares keep two digits that say something. */
export function inPercent(share: number): string {
  const percent = 100 * share;
  return `${percent >= 1 || percent === 0 ? percent.toFixed(1) : percent.toPrecision(2)} %`;
}

/** The logarithm of evidence as odds against chance: "1 : 410". */
export function inOdds(logEvidence: number): string {
  if (logEvidence > Math.log(1e6)) return '1 : more than 1,000,000';
  const odds = Math.exp(logEvidence);
  return `1 : ${odds < 10 ? odds.toFixed(1) : inThousands(Number(odds.toPrecision(2)))}`;
}

/** "fails 5.2 % (26 of 500)". */
export function inShare({ exposures, errors }: ArmCounts): string {
  if (exposures === 0) return 'none of 0';
  return `${inPercent(errors / exposures)} (${inThousands(errors)} of ${inThousands(exposures)})`;
}

/** A factor: "2.3 times", and "12 times". */
export function inTimes(ratio: number): string {
  return `${ratio < 10 ? Number(ratio.toPrecision(2)) : inThousands(ratio)} times`;
}

/** "95 s", "12 min", "3 h". */
export function inDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** "at 03:12:40 UTC". */
export function atTime(timeMs: number): string {
  return `at ${new Date(timeMs).toISOString().slice(11, 19)} UTC`;
}
