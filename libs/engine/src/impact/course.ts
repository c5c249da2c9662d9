import { firstOfEach, hashesBelow, rangesOf } from '../compile/draw.js';
import { BUCKETING } from '../compile/index.js';
import type { Bucketing, Flag, FlagEnvironment, Outcome, Rule } from '../model/index.js';
import { TOTAL_PARTS } from '../model/index.js';

/** One draw: ranges of the 2^32 hashes that answer; whoever is outside of them goes on. */
export interface Draw {
  /** Draws with equal names read the same hash of a unit, others are independent of each other. */
  readonly hash: string;
  readonly unit: string;
  readonly ranges: readonly { readonly from: number; readonly to: number; readonly answer: string }[];
}

/** What happens to a unit that has come to a certain place: draws in order, then a variant. */
export interface Course {
  readonly draws: readonly Draw[];
  readonly last: string;
}

/** What an environment says; unlisted ones and archived flags serve one variant. */
export function environmentOf(flag: Flag, environment: string): FlagEnvironment {
  if (flag.archived !== undefined) return { rules: [], rest: { serve: flag.archived.serve } };
  return flag.environments.get(environment) ?? { rules: [], rest: { serve: flag.safe } };
}

/** The course of whom no rule takes; rollouts are left out, since where they stand is not in a file. */
export function courseOfRest({ rest }: FlagEnvironment): Course {
  if ('serve' in rest) return { draws: [], last: rest.serve };
  const whole = drawOf(rest, TOTAL_PARTS, rest.split.bucketing);
  return { draws: [whole], last: whole.ranges.at(-1)?.answer ?? '' };
}

/** The course of whom a rule matches, if no rule before takes them and none after matches. */
export function courseOfRule(rule: Rule, environment: FlagEnvironment): Course {
  const parts = rule.share?.parts ?? TOTAL_PARTS;
  const { outcome } = rule;
  if ('serve' in outcome && parts >= TOTAL_PARTS) return { draws: [], last: outcome.serve };
  const bucketing = 'split' in outcome ? outcome.split.bucketing : rule.share?.bucketing;
  const rest = courseOfRest(environment);
  if (bucketing === undefined) return rest;
  return { draws: [drawOf(outcome, parts, bucketing), ...rest.draws], last: rest.last };
}

function drawOf(outcome: Outcome, parts: number, bucketing: Bucketing): Draw {
  const total = 'split' in outcome ? outcome.split.total : TOTAL_PARTS;
  const whole =
    'split' in outcome
      ? firstOfEach(
          rangesOf(outcome.split, (variant) => variant),
          parts,
        )
      : [{ from: 0, to: parts, answer: outcome.serve }];
  const ranges = whole.map(({ from, to, answer }) => ({
    from: hashesBelow(from, total),
    to: hashesBelow(to, total),
    answer,
  }));
  // Who has no unit of the first name may have one of the second; it is assumed that everyone has the first.
  const unit = bucketing.by[0] ?? '';
  return { hash: JSON.stringify([familyOf(bucketing), unit, bucketing.salt]), unit, ranges };
}

/** Algorithms that take the same bucket from a hash are one family: moving between them moves nobody. */
function familyOf({ algorithm }: Bucketing): string {
  const bucket = BUCKETING.get(algorithm)?.bucket;
  for (const [name, rule] of BUCKETING) if (rule.bucket === bucket) return name;
  return algorithm;
}
