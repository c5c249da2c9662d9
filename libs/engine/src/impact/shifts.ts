import { canonicalJson, type Flag, type FlagEnvironment, renamedRules } from '../model/index.js';
import { type Course, courseOfRest, courseOfRule, environmentOf } from './course.js';
import { type Movement, movedShare } from './moved-share.js';

/** How those who have come to one place of an environment move, whoever they are and however many. */
export interface Shift extends Movement {
  /** The rule that matches them; absent: everyone whom no rule matches. */
  readonly rule?: string;
  /** Attributes that all of them are assumed to have; empty where nothing is drawn. */
  readonly units: readonly string[];
}

/**
 * What a change does to everyone else and to those whom each rule matches, as shares of *them*: exact by arithmetic. Places
 * where nothing is drawn or served differently are left out. It cannot know how many a rule matches, nor where a
 * rollout stands: rollouts count as not begun.
 */
export function shiftsBetween(before: Flag, after: Flag, environment: string): Shift[] {
  const [old, now] = [environmentOf(before, environment), environmentOf(after, environment)];
  const shifts: Shift[] = [];
  const add = (from: Course, to: Course, rule?: string) => {
    if (canonicalJson(from) === canonicalJson(to)) return;
    const movement = movedShare(from, to);
    if (movement === undefined || isStill(movement)) return;
    const units = [...new Set([...from.draws, ...to.draws].map(({ unit }) => unit))];
    shifts.push({ ...movement, units, ...(rule === undefined ? {} : { rule }) });
  };
  const renamed = renamedRules(old, now);
  const gone = new Set([...renamed.values()].map(({ id }) => id));
  for (const rule of ruleIds(old, now)) {
    const earlier = renamed.get(rule)?.id ?? rule;
    if (gone.has(rule) || isSameRule([earlier, rule], old, now)) continue;
    add(courseAt(earlier, old), courseAt(rule, now), rule);
  }
  add(courseOfRest(old), courseOfRest(now));
  return shifts;
}

function isStill({ moved, before, after }: Movement): boolean {
  return moved === 0 && [...after].every(([variant, percent]) => before.get(variant) === percent);
}

function ruleIds(old: FlagEnvironment, now: FlagEnvironment): Set<string> {
  return new Set([...now.rules, ...old.rules].map(({ id }) => id));
}

/** A rule that says the same of its own is not told again because the last line moves. */
function isSameRule(
  [earlier, later]: readonly [string, string],
  old: FlagEnvironment,
  now: FlagEnvironment,
): boolean {
  const sides = [
    [earlier, old.rules],
    [later, now.rules],
  ] as const;
  const [before, after] = sides.map(([id, rules]) => {
    const rule = rules.find((one) => one.id === id);
    return rule === undefined ? undefined : { share: rule.share, outcome: rule.outcome };
  });
  return canonicalJson(before ?? null) === canonicalJson(after ?? null);
}

/** Where there is no such rule, those whom it would match are taken for everyone else. */
function courseAt(id: string, environment: FlagEnvironment): Course {
  const rule = environment.rules.find((one) => one.id === id);
  return rule === undefined ? courseOfRest(environment) : courseOfRule(rule, environment);
}
