import type { Flag, Outcome, Snapshot } from '../model/index.js';
import type { EnvironmentChange, FlagChange } from './flag-change.js';

/**
 * Whether every change certainly moves people toward `safe` and nobody away from it, as a freeze demands (sentence 36).
 * What cannot be proved counts as no: a changed condition or segment, a moved rule, new variants, a rule that goes or shrinks above another variant.
 */
export function movesOnlyTowardSafe(changes: readonly FlagChange[], before: Snapshot): boolean {
  return changes.every((change) => {
    const flag = before.flags.get(change.flag);
    // A new flag that serves only `safe` moves nobody; what it serves is judged when it is loaded.
    if (flag === undefined) return false;
    if (change.kind === 'details') return true;
    return 'environment' in change && isTowardSafe(change, flag);
  });
}

/** Environments in which something changes that is not certainly toward `safe`. */
export function environmentsMoved(
  changes: readonly FlagChange[],
  before: Snapshot,
): ReadonlySet<string> | 'all' {
  const moved = new Set<string>();
  for (const change of changes) {
    if (movesOnlyTowardSafe([change], before)) continue;
    if (!('environment' in change)) return 'all';
    moved.add(change.environment);
  }
  return moved;
}

function isTowardSafe(change: EnvironmentChange, flag: Flag): boolean {
  switch (change.kind) {
    case 'rest':
    case 'rule-outcome':
      return servesSafe(change.to, flag.safe);
    case 'rule-added':
      return 'serve' in change.outcome && change.outcome.serve === flag.safe;
    case 'rule-removed':
      return falls(change.rule, change.environment, flag);
    case 'rule-percent':
      return shrinks(change, flag) && falls(change.rule, change.environment, flag);
    case 'rollout':
      // Taking a rollout out gives everybody the last line, whatever that is.
      return change.to === undefined && servesSafeToOthers(flag, change.environment);
    default:
      return false;
  }
}

/**
 * A share that shrinks keeps some of those it had and takes nobody else, so long as it is drawn alike, which is a change of
 * its own. Where no share was drawn before nothing says how this one is.
 */
function shrinks({ rule: id, environment, from, to }: PercentChange, flag: Flag): boolean {
  const rule = flag.environments.get(environment)?.rules.find((one) => one.id === id);
  return rule?.share !== undefined && to < from;
}

type PercentChange = Extract<EnvironmentChange, { kind: 'rule-percent' }>;

/** Whoever leaves a rule gets what stands below it, which is safe alone. What is added below is a change of its own. */
function falls(id: string, environment: string, flag: Flag): boolean {
  const here = flag.environments.get(environment);
  const index = here?.rules.findIndex((rule) => rule.id === id) ?? -1;
  if (here === undefined || index < 0 || here.rollout !== undefined) return false;
  const below = [...here.rules.slice(index + 1).map(({ outcome }) => outcome), here.rest];
  return below.every((outcome) => servesSafe(outcome, flag.safe));
}

function servesSafeToOthers(flag: Flag, environment: string): boolean {
  const rest = flag.environments.get(environment)?.rest;
  return rest !== undefined && 'serve' in rest && rest.serve === flag.safe;
}

/** Splits move only people at the edges of ranges, so only a change to `safe` for all is certain. */
function servesSafe(to: Outcome, safe: string): boolean {
  return 'serve' in to && to.serve === safe;
}
