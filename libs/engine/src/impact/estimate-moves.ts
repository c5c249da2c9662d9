import type { Flag, Outcome, Rule } from '../model/index.js';
import {
  type AffectedKeys,
  type AnswerCount,
  ownPart,
  type Places,
  placesOf,
  sum,
  type Unknown,
} from './places.js';
import type { Replay } from './replay.js';
import { type Shift, shiftsBetween } from './shifts.js';
import { type Estimate, estimateShare } from './wilson.js';

/** Which share of a flag's evaluations would have been answered otherwise, worked out from counts by rule and variant. */
export interface MovesEstimate {
  /** Evaluations that the shares are of: those whose answers tell where they were given. */
  readonly evaluations: number;
  readonly changed: Estimate;
  /** Largest first. */
  readonly pairs: readonly (Estimate & { readonly from: string; readonly to: string })[];
  /** With what cannot be known taken for the worst: at most this share changes, between 0 and 1. */
  readonly atMost: number;
  readonly unknowns: readonly Unknown[];
  /** The expected passages, in evaluations and parts of them. */
  readonly replay: Replay;
}

/** Those who came to one place, and how they move from there. */
interface Stream {
  /** Evaluations that were counted there. */
  readonly counted: number;
  /** How many came, for each of them: a rule that takes a tenth has ten for each that it answered. */
  readonly times: number;
  readonly shift: Shift;
}

/**
 * Applies a change to counts of the version before it. Percentages and what is served move exactly known shares of those who
 * come to a place (`shiftsBetween`), and how many came is counted: of a rule with a percentage, by the part that it took. How
 * many a *condition* takes cannot be known, so where one changes or comes there is an upper bound only.
 *
 * It takes for granted what shifts do (everyone has the unit, nobody is in two rules), that evaluations are independent of each
 * other, which makes intervals narrow, and that the future asks as the past did. Undefined without counts.
 */
export function estimateMoves(
  versions: { readonly before: Flag; readonly after: Flag },
  environment: string,
  given: { readonly counts: readonly AnswerCount[]; readonly affected: AffectedKeys },
): MovesEstimate | undefined {
  const places = placesOf(versions, environment, given);
  const evaluations = sum(places.answers);
  if (evaluations === 0) return undefined;
  const streams = streamsOf(shiftsBetween(versions.before, versions.after, environment), places);
  const changed = add(
    streams.map((one) => [one, one.shift.moved / 100] as const),
    evaluations,
  );
  const pairs = pairsOf(streams, evaluations);
  const worst = changed.high * evaluations + bound(places);
  return {
    ...{ evaluations, changed, pairs },
    atMost: Math.min(1, worst / evaluations),
    unknowns: places.unknowns,
    replay: { flag: versions.after.key, passages: passagesOf(pairs, places.answers, evaluations) },
  };
}

/** Shifts with those whom they concern. What a rule lets go on was counted further below and is taken out there. */
function streamsOf(shifts: readonly Shift[], places: Places): Stream[] {
  const unknown = new Set(places.unknowns.flatMap((one) => ('rule' in one ? [one.rule] : [])));
  let goneOn = 0;
  const ofRules = shifts.flatMap((shift): Stream[] => {
    const rule = places.old.rules.find(({ id }) => id === shift.rule);
    if (rule === undefined || unknown.has(rule.id)) return [];
    const counted = sum(places.answers.filter((one) => one.rule === rule.id));
    const part = ownPart(rule);
    if (part === 0) return [];
    goneOn += counted * (1 / part - 1);
    return [{ counted, times: 1 / part, shift }];
  });
  const rest = shifts.find(({ rule }) => rule === undefined);
  if (rest === undefined) return ofRules;
  const counted = Math.max(0, sum(restAnswers(places)) - goneOn);
  return [...ofRules, { counted, times: 1, shift: rest }];
}

/** Where everyone else gets one variant, a draw without a rule is a rollout's, which is where it was and stays there. */
function restAnswers({ old, answers }: Places): AnswerCount[] {
  const isRollout = ({ reason }: AnswerCount) =>
    old.rollout !== undefined && 'serve' in old.rest && reason === 'SPLIT';
  return answers.filter((one) => one.rule === undefined && !isRollout(one));
}

/** The sum of parts of streams, with the sums of the ends of their intervals, which is wider than need be. */
function add(parts: readonly (readonly [Stream, number])[], evaluations: number): Estimate {
  const sums = { share: 0, low: 0, high: 0 };
  for (const [{ counted, times }, part] of parts) {
    if (part === 0) continue;
    const one = estimateShare(Math.min(counted, evaluations), evaluations);
    for (const end of ['share', 'low', 'high'] as const) sums[end] += one[end] * times * part;
  }
  const within = (value: number) => Math.min(1, value);
  return { share: within(sums.share), low: within(sums.low), high: within(sums.high) };
}

function pairsOf(streams: readonly Stream[], evaluations: number): MovesEstimate['pairs'] {
  const parts = new Map<string, (readonly [Stream, number])[]>();
  for (const stream of streams)
    for (const { from, to, percent } of stream.shift.pairs) {
      const name = JSON.stringify([from, to]);
      parts.set(name, [...(parts.get(name) ?? []), [stream, percent / 100] as const]);
    }
  return [...parts]
    .map(([name, some]) => {
      const [from, to] = JSON.parse(name) as [string, string];
      return { from, to, ...add(some, evaluations) };
    })
    .sort((a, b) => b.share - a.share);
}

/** Who is not in a pair keeps the variant that was counted. */
function passagesOf(
  pairs: MovesEstimate['pairs'],
  answers: readonly AnswerCount[],
  evaluations: number,
): Replay['passages'] {
  const moving = pairs.map(({ from, to, share }) => ({ from, to, contexts: share * evaluations }));
  const variants = new Set(answers.map(({ variant }) => variant));
  const staying = [...variants].map((variant) => {
    const counted = sum(answers.filter((one) => one.variant === variant));
    const gone = moving.filter(({ from }) => from === variant).reduce((all, one) => all + one.contexts, 0);
    return { from: variant, to: variant, contexts: Math.max(0, counted - gone) };
  });
  return [...moving, ...staying].filter(({ contexts }) => contexts > 0);
}

/** How many evaluations may move beyond what is estimated, at most. */
function bound(places: Places): number {
  const { old, answers, unknowns } = places;
  const of = (kind: Unknown['kind']) => unknowns.some((one) => one.kind === kind);
  if (of('order-changed') || of('requirement-changed')) return sum(answers);
  const byRollout =
    of('rollout-changed') && old.rollout !== undefined
      ? sum(answers.filter(({ rule, reason }) => rule === undefined && reason === 'SPLIT'))
      : 0;
  const byRules = unknowns.flatMap((one) => ('rule' in one ? [boundOf(one.rule, places)] : []));
  return byRules.reduce((total, one) => total + one, byRollout);
}

/** Everyone whom the rule could take from the places below it, and everyone whom it could lose to them. */
function boundOf(id: string, { now, answers }: Places): number {
  const index = now.rules.findIndex((one) => one.id === id);
  const rule = now.rules[index] as Rule;
  const above = new Set(now.rules.slice(0, index).map((one) => one.id));
  return answers.reduce((total, { rule: by, variant, evaluations }) => {
    if (by === id) return total + evaluations;
    if (by !== undefined && above.has(by)) return total;
    return total + evaluations * ownPart(rule) * partOfOthers(rule.outcome, variant);
  }, 0);
}

/** The part of an outcome that is not this variant. */
function partOfOthers(outcome: Outcome, variant: string): number {
  if ('serve' in outcome) return outcome.serve === variant ? 0 : 1;
  const { arms, total } = outcome.split;
  return arms.reduce((sum, [name, weight]) => (name === variant ? sum : sum + weight / total), 0);
}
