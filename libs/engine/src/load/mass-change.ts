import type { Condition, Flag, Hold, Segment, Snapshot } from '../model/index.js';
import { conditionsWithin } from './condition-walk.js';
import { variantsServed } from './references.js';

/** Below so many, a share says nothing: in a project of three flags one is a third. */
const LEAST = 5;

/** The versions that are live and those that would be. */
export interface Passage {
  readonly before: Snapshot;
  /** As it would be served: what was refused stands in it as it did before, so it is not counted. */
  readonly after: Snapshot;
  /** `path:blob` of versions that were live at any time before. */
  readonly liveBefore: ReadonlySet<string>;
}

/**
 * What a revision would take away beyond `limits.massChange` percent: of the flags, of all rules, or of a segment's
 * listed members. That is more often an accident than a decision, so it waits for a person. The limit is the one that
 * is in force, not the one that the revision brings. A file that goes back to a version which was live before is no
 * loss, and neither are rules that go where afterwards everybody is served `safe`.
 */
export function massChanges(passage: Passage): Hold[] {
  return [...deletedFlags(passage), ...lostRules(passage), ...lostMembers(passage)];
}

interface Loss {
  readonly path: string;
  readonly lost: number;
}

function deletedFlags({ before, after }: Passage): Hold[] {
  const gone = [...before.flags.values()].filter(({ key }) => !after.flags.has(key));
  const losses = gone.map(({ path }): Loss => ({ path, lost: 1 }));
  return holdOver(before, losses, before.flags.size, (lost, of) => `deletes ${lost} of ${of} flags`);
}

function lostRules(passage: Passage): Hold[] {
  const { before, after } = passage;
  let total = 0;
  const losses: Loss[] = [];
  for (const flag of before.flags.values()) {
    total += rulesIn(flag);
    const now = after.flags.get(flag.key);
    if (now === undefined || now === flag || isRevert(passage, now.path)) continue;
    const lost = rulesLost(flag, now);
    if (lost > 0) losses.push({ path: now.path, lost });
  }
  return holdOver(before, losses, total, (lost, of) => `removes ${lost} of ${of} rules`);
}

function lostMembers(passage: Passage): Hold[] {
  const { before, after } = passage;
  return [...before.segments.values()].flatMap((segment) => {
    const now = after.segments.get(segment.key);
    if (now === undefined || isRevert(passage, now.path)) return [];
    const had = membersIn(segment);
    const losses = [{ path: now.path, lost: had - membersIn(now) }];
    const say = (lost: number, of: number) =>
      `removes ${lost} of ${of} members of the segment "${segment.key}"`;
    return holdOver(before, losses, had, say);
  });
}

function holdOver(
  { project }: Snapshot,
  losses: readonly Loss[],
  total: number,
  say: (lost: number, of: number) => string,
): Hold[] {
  const limit = project.limits.massChange;
  const lost = sum(losses.map((loss) => loss.lost));
  if (lost < LEAST || lost * 100 <= total * limit) return [];
  const share = Math.round((lost / total) * 1000) / 10;
  const sentence = `The revision ${say(lost, total)} (${share} %; limits.massChange is ${limit} %).`;
  return [{ kind: 'mass-change', sentence, paths: losses.map(({ path }) => path).sort(), share, limit }];
}

function isRevert({ before, after, liveBefore }: Passage, path: string): boolean {
  const blob = after.files.get(path)?.blob;
  return blob !== before.files.get(path)?.blob && liveBefore.has(`${path}:${blob}`);
}

/** Archiving takes all rules out, which is its purpose and no loss. */
function rulesLost(before: Flag, after: Flag): number {
  if (after.archived !== undefined) return 0;
  const losses = [...before.environments].map(([id, { rules }]) => {
    const now = after.environments.get(id);
    const servesOnlySafe = now === undefined || variantsServed(now).every((name) => name === before.safe);
    return servesOnlySafe && after.safe === before.safe ? 0 : rules.length - (now?.rules.length ?? 0);
  });
  // A rule that moves from one environment to another is none that is lost.
  return Math.max(0, sum(losses));
}

function rulesIn(flag: Flag): number {
  return sum([...flag.environments.values()].map(({ rules }) => rules.length));
}

function membersIn(segment: Segment): number {
  return sum([...conditionsWithin(segment.when)].map(listLength));
}

function listLength(condition: Condition): number {
  if (condition.op === 'ip') return condition.in.length;
  return 'values' in condition ? condition.values.length : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
