import { canonicalJson, type Flag, type FlagEnvironment, type Rule, TOTAL_PARTS } from '../model/index.js';
import { asksOf } from './affected-flags.js';
import { environmentOf } from './course.js';

/** How often a flag gave one answer, as clients counted it. */
export interface AnswerCount {
  readonly variant: string;
  /** Absent: no rule answered. */
  readonly rule?: string;
  readonly reason: string;
  readonly evaluations: number;
}

/** What counts cannot tell, and why. */
export type Unknown =
  | { readonly kind: 'condition-changed' | 'rule-added'; readonly rule: string }
  | { readonly kind: 'order-changed' | 'requirement-changed' | 'rollout-changed' }
  /** Answers that say nothing of what is asked: given while killed or in error, or by rules that the base does not have. */
  | { readonly kind: 'killed' | 'failed' | 'another-version'; readonly evaluations: number };

/** What else differs, and what a flag may therefore answer differently though its own lines are the same. */
export interface AffectedKeys {
  readonly segments: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
}

/** One flag in one environment, before and after, with the answers that can be told by place. */
export interface Places {
  readonly old: FlagEnvironment;
  readonly now: FlagEnvironment;
  /** Answers that count, by the rule that gave them; `undefined` for no rule. */
  readonly answers: readonly AnswerCount[];
  readonly unknowns: readonly Unknown[];
}

export function placesOf(
  { before, after }: { readonly before: Flag; readonly after: Flag },
  environment: string,
  given: { readonly counts: readonly AnswerCount[]; readonly affected: AffectedKeys },
): Places {
  const [old, now] = [environmentOf(before, environment), environmentOf(after, environment)];
  const { answers, unknowns } = sifted(old, given.counts);
  return {
    ...{ old, now, answers },
    unknowns: [
      ...(isSameRequirement(before, after, given.affected) ? [] : [{ kind: 'requirement-changed' } as const]),
      ...(isSameOrder(old, now) ? [] : [{ kind: 'order-changed' } as const]),
      ...now.rules.flatMap((rule) => whyUnknown(rule, old, given.affected)),
      ...(isSame(old.rollout, now.rollout) || old.rollout === undefined
        ? []
        : [{ kind: 'rollout-changed' } as const]),
      ...unknowns,
    ],
  };
}

/** The part of those whom a rule matches that it answers itself; the others go on. */
export function ownPart({ share }: Rule): number {
  return Math.min(share?.parts ?? TOTAL_PARTS, TOTAL_PARTS) / TOTAL_PARTS;
}

export function sum(answers: readonly AnswerCount[]): number {
  return answers.reduce((total, { evaluations }) => total + evaluations, 0);
}

function sifted(
  old: FlagEnvironment,
  counts: readonly AnswerCount[],
): { readonly answers: readonly AnswerCount[]; readonly unknowns: readonly Unknown[] } {
  const kindOf = ({ reason, rule }: AnswerCount): 'killed' | 'failed' | 'another-version' | undefined => {
    if (reason === 'DISABLED') return 'killed';
    if (reason === 'ERROR') return 'failed';
    const isKnown = rule === undefined || old.rules.some(({ id }) => id === rule);
    return isKnown ? undefined : 'another-version';
  };
  const unknowns = (['killed', 'failed', 'another-version'] as const).flatMap((kind): Unknown[] => {
    const evaluations = sum(counts.filter((one) => kindOf(one) === kind));
    return evaluations === 0 ? [] : [{ kind, evaluations }];
  });
  return { answers: counts.filter((one) => kindOf(one) === undefined), unknowns };
}

function whyUnknown(rule: Rule, old: FlagEnvironment, { segments, flags }: AffectedKeys): Unknown[] {
  const { id } = rule;
  const before = old.rules.find((one) => one.id === id);
  if (before === undefined) return [{ kind: 'rule-added', rule: id }];
  const isMoved = asksOf(rule.when).some(
    ({ segment, flag }) =>
      (segment !== undefined && segments.has(segment)) || (flag !== undefined && flags.has(flag)),
  );
  return isMoved || !isSame(before.when, rule.when) ? [{ kind: 'condition-changed', rule: id }] : [];
}

function isSameOrder(old: FlagEnvironment, now: FlagEnvironment): boolean {
  const idsIn = (one: FlagEnvironment, other: FlagEnvironment) =>
    one.rules.map(({ id }) => id).filter((id) => other.rules.some((rule) => rule.id === id));
  return idsIn(old, now).join(' ') === idsIn(now, old).join(' ');
}

function isSameRequirement(
  { requires: old }: Flag,
  { requires: now }: Flag,
  { flags }: AffectedKeys,
): boolean {
  return isSame(old, now) && !now.some(({ flag }) => flags.has(flag));
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
