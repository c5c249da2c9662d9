import {
  type Condition,
  canonicalJson,
  type Flag,
  type Freeze,
  inCodePointOrder,
  type Project,
  type Snapshot,
} from '../model/index.js';
import type { FlagChange } from './flag-change.js';
import { movesOnlyTowardSafe } from './toward-safe.js';

export interface FreezeQuestion {
  /** Whose freezes count: the project accepted before, so that nobody lifts one and changes something at once. */
  readonly project: Project;
  readonly environment: string;
  readonly nowMs: number;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** What `diffSnapshots(before, after)` found; what concerns other environments only is left out here. */
  readonly changes: readonly FlagChange[];
  /** Names of what moves the environment besides, in ways that no change tells; counts as not toward safe. */
  readonly otherwise?: readonly string[];
}

export interface Frozen {
  /** The one that ends last of those that hold now. */
  readonly freeze: Freeze;
  /** What is not certainly moved toward safe and nowhere else, in code-point order. */
  readonly moved: readonly string[];
  /** What is the matter and what to do. */
  readonly sentence: string;
}

/** The freeze of an environment that holds at a moment; of several the one that ends last. From the first instant, not at the last. */
export function freezeAt(project: Project, environment: string, nowMs: number): Freeze | undefined {
  return project.environments
    .find(({ id }) => id === environment)
    ?.freeze.filter(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs)
    .reduce<Freeze | undefined>(
      (last, one) => (last !== undefined && last.toMs >= one.toMs ? last : one),
      undefined,
    );
}

/** Why a freeze holds a change back from an environment (sentence 36); `undefined`: it may go. What cannot be proved is held. */
export function whyFrozen(question: FreezeQuestion): Frozen | undefined {
  const { project, environment, nowMs, otherwise = [] } = question;
  const freeze = freezeAt(project, environment, nowMs);
  if (freeze === undefined) return undefined;
  const moved = inCodePointOrder(new Set([...movedFlags(question), ...otherwise]));
  if (moved.length === 0) return undefined;
  const until = new Date(freeze.toMs).toISOString().replace('.000Z', 'Z');
  const named = moved.length > MOST_NAMED ? [...moved.slice(0, MOST_NAMED), 'others'] : moved;
  const sentence = `${environment} is frozen until ${until} (${freeze.reason}), and the change of ${named.join(', ')} does not only move toward safe. It follows by itself when the freeze has ended; the red button works all the time.`;
  return { freeze, moved, sentence };
}

const MOST_NAMED = 5;

function movedFlags({ environment, before, after, changes }: FreezeQuestion): string[] {
  const here = changes.filter((one) => !('environment' in one) || one.environment === environment);
  const byFlag = new Map<string, FlagChange[]>();
  for (const change of here) byFlag.set(change.flag, [...(byFlag.get(change.flag) ?? []), change]);
  const away = new Set<string>();
  const towardSafe = new Set<string>();
  for (const [key, own] of byFlag) {
    const [old, now] = [before.flags.get(key), after.flags.get(key)];
    const isCertain =
      (now !== undefined && endsSafe(old, now, environment)) || movesOnlyTowardSafe(own, before);
    if (!isCertain) away.add(key);
    else if (old !== undefined && own.some(({ kind }) => kind !== 'details')) towardSafe.add(key);
  }
  for (const flag of towardSafe.size === 0 ? [] : after.flags.values())
    if (leansOn(flag, towardSafe, { after, environment })) away.add(flag.key);
  return [...away];
}

/** Everybody gets `safe` afterwards, and it is the same `safe` as before. */
function endsSafe(old: Flag | undefined, now: Flag, environment: string): boolean {
  if (!servesOnlySafe(now, environment)) return false;
  return old === undefined || (old.safe === now.safe && safeValue(old) === safeValue(now));
}

function servesOnlySafe(flag: Flag, environment: string): boolean {
  if (flag.archived !== undefined) return flag.archived.serve === flag.safe;
  const here = flag.environments.get(environment);
  if (here === undefined) return true;
  return (
    here.rules.length === 0 &&
    here.rollout === undefined &&
    'serve' in here.rest &&
    here.rest.serve === flag.safe
  );
}

function safeValue({ safe, variants }: Flag): string {
  return canonicalJson(variants.find(({ name }) => name === safe)?.value ?? null);
}

/** What goes toward safe can let another flag away from it: one that requires its safe variant, or asks what it serves. */
function leansOn(
  flag: Flag,
  moved: ReadonlySet<string>,
  { after, environment }: { after: Snapshot; environment: string },
): boolean {
  if (servesOnlySafe(flag, environment)) return false;
  const unlocked = flag.requires.some(
    ({ flag: key, variants }) => moved.has(key) && variants.includes(after.flags.get(key)?.safe ?? ''),
  );
  const here = flag.environments.get(environment);
  const audiences = (here?.rollout?.plan.stages ?? []).flatMap(({ audience }) => audience ?? []);
  return (
    unlocked ||
    [...(here?.rules ?? []).map(({ when }) => when), ...audiences].some((one) => asksFor(one, moved))
  );
}

function asksFor(condition: Condition, moved: ReadonlySet<string>): boolean {
  if (condition.op === 'flag') return moved.has(condition.flag);
  if (condition.op === 'not') return asksFor(condition.of, moved);
  if (condition.op === 'all' || condition.op === 'any')
    return condition.of.some((one) => asksFor(one, moved));
  return false;
}
