import type { Flag, Project } from '../model/index.js';
import { instantMs } from './attribute-values.js';
import type { Problem } from './problem.js';

const DAY_MS = 86_400_000;

/** Days since 1970; within one of them no warning about a date comes or goes. */
export function dayOf(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS);
}

/** What time brings about by itself: always warnings, and they never change what is served (sentence 7). */
export function timeWarnings(flag: Flag, project: Project, nowMs: number): Problem[] {
  const warnings: Problem[] = [];
  if (flag.archived !== undefined) return warnings;
  const today = dayOf(nowMs) * DAY_MS;
  const expiresMs = flag.expires === undefined ? undefined : instantMs(flag.expires);
  const reviewMs = flag.review === undefined ? undefined : instantMs(flag.review);
  if (expiresMs !== undefined && expiresMs < today) {
    warnings.push({
      at: ['expires'],
      code: 'flag-expired',
      sentence: `The flag expired on ${flag.expires}.`,
    });
  }
  if (reviewMs !== undefined && reviewMs < today) {
    warnings.push({
      at: ['review'],
      code: 'review-overdue',
      sentence: `The review was due on ${flag.review}.`,
    });
  }
  const { ageDays } = project.limits;
  if (expiresMs !== undefined && expiresMs > today + ageDays * DAY_MS) {
    const sentence = `The flag expires on ${flag.expires}, more than ${ageDays} days from now.`;
    warnings.push({ at: ['expires'], code: 'expires-far', sentence });
  }
  return warnings;
}

/** Flags that are not archived, by team. */
export function teamCounts(flags: Iterable<Flag>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const flag of flags) {
    if (flag.archived === undefined) counts.set(flag.owner, (counts.get(flag.owner) ?? 0) + 1);
  }
  return counts;
}

/** Teams with more live flags than `limits.flagsPerTeam`, for `guidon.yaml`. */
export function budgetWarnings(counts: ReadonlyMap<string, number>, project: Project): Problem[] {
  const { flagsPerTeam } = project.limits;
  return [...counts]
    .filter(([, count]) => count > flagsPerTeam)
    .map(([team, count]) => ({
      at: ['teams', team],
      onKey: true,
      code: 'team-budget',
      sentence: `The team "${team}" has ${count} flags; its budget is ${flagsPerTeam}.`,
    }));
}
