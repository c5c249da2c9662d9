import type { Condition, Flag, Hold, Segment, Snapshot } from '../model/index.js';
import { conditionsWithin } from './condition-walk.js';
import type { Exchange } from './exchange.js';
import { variantsServed } from './references.js';
import type { TakeBacks } from './take-back.js';

/** Below so many, a share says nothing: in a project of three flags one is a third. */
const LEAST = 5;

/** The versions that are live and those that would be. */
export interface Passage {
  readonly before: Snapshot;
  /** As it would be served: what was refused stands in it as it did before, so it is not counted. */
  readonly after: Snapshot;
  readonly takeBacks: Pick<TakeBacks, 'broughtBy' | 'wasLive' | 'losesRulesAgain' | 'losesMembersAgain'>;
}

/**
 * What a revision would take away beyond `limits.massChange` percent: of the flags, of all rules, or of a segment's
 * listed members. That is more often an accident than a decision, so it waits for a person. The limit is the one that
 * is in force, not the one that the revision brings. A file that goes back to a version which was live before is no
 * loss, nor is what goes again just as one earlier revision brought it, nor are rules that go where afterwards
 * everybody is served `safe`.
 */
export function massChanges(passage: Passage): Hold[] {
  return [...deletedFlags(passage), ...lostRules(passage), ...lostMembers(passage)];
}

interface Loss {
  readonly path: string;
  readonly lost: number;
  /** Asked only when there would be a hold. */
  readonly isTakenBack: () => boolean;
}

/**
 * Taking back one revision is a decision; flags of several that go at once may be a folder that was deleted by mistake,
 * though each of them is as it came.
 */
function deletedFlags({ before, after, takeBacks }: Passage): Hold[] {
  const gone = [...before.flags.values()].filter(({ key }) => !after.flags.has(key));
  const broughtBy = new Map(
    gone.map(({ key, path }) => [key, takeBacks.broughtBy(key, before.files.get(path))]),
  );
  const revisions = new Set([...broughtBy.values()].filter((revision) => revision !== undefined));
  const losses = gone.map(({ key, path }): Loss => {
    const isTakenBack = () => revisions.size === 1 && broughtBy.get(key) !== undefined;
    return { path, lost: 1, isTakenBack };
  });
  return holdOver(before, losses, before.flags.size, (lost, of) => `deletes ${lost} of ${of} flags`);
}

function lostRules(passage: Passage): Hold[] {
  const { before, after, takeBacks } = passage;
  let total = 0;
  const losses: Loss[] = [];
  for (const flag of before.flags.values()) {
    total += rulesIn(flag);
    const now = after.flags.get(flag.key);
    if (now === undefined || now === flag) continue;
    const lost = rulesLost(flag, now);
    if (lost <= 0) continue;
    const isTakenBack = () =>
      isBack(passage, exchangeOf(passage, 'flag', flag), (one) => takeBacks.losesRulesAgain(one));
    losses.push({ path: now.path, lost, isTakenBack });
  }
  return holdOver(before, losses, total, (lost, of) => `removes ${lost} of ${of} rules`);
}

function lostMembers(passage: Passage): Hold[] {
  const { before, after, takeBacks } = passage;
  return [...before.segments.values()].flatMap((segment) => {
    const now = after.segments.get(segment.key);
    if (now === undefined) return [];
    const had = membersIn(segment);
    const isTakenBack = () =>
      isBack(passage, exchangeOf(passage, 'segment', segment), (one) => takeBacks.losesMembersAgain(one));
    const losses = [{ path: now.path, lost: had - membersIn(now), isTakenBack }];
    const say = (lost: number, of: number) =>
      `removes ${lost} of ${of} members of the segment "${segment.key}"`;
    return holdOver(before, losses, had, say);
  });
}

function holdOver(
  { project }: Snapshot,
  suspected: readonly Loss[],
  total: number,
  say: (lost: number, of: number) => string,
): Hold[] {
  const limit = project.limits.massChange;
  const lostIn = (losses: readonly Loss[]) => sum(losses.map(({ lost }) => lost));
  const isMass = (lost: number) => lost >= LEAST && lost * 100 > total * limit;
  if (!isMass(lostIn(suspected))) return [];
  const losses = suspected.filter(({ isTakenBack }) => !isTakenBack());
  const lost = lostIn(losses);
  if (!isMass(lost)) return [];
  const share = Math.round((lost / total) * 1000) / 10;
  const sentence = `The revision ${say(lost, total)} (${share} %; limits.massChange is ${limit} %).`;
  return [{ kind: 'mass-change', sentence, paths: losses.map(({ path }) => path).sort(), share, limit }];
}

function exchangeOf(
  { before, after }: Passage,
  kind: Exchange['kind'],
  { key, path }: Flag | Segment,
): Exchange | undefined {
  const now = kind === 'flag' ? after.flags.get(key) : after.segments.get(key);
  const files = [before.files.get(path), now === undefined ? undefined : after.files.get(now.path)];
  const [old, next] = files;
  return old === undefined || next === undefined ? undefined : { kind, key, before: old, after: next };
}

function isBack(
  { takeBacks }: Passage,
  exchange: Exchange | undefined,
  losesAgain: (exchange: Exchange) => boolean,
): boolean {
  if (exchange === undefined || exchange.before.blob === exchange.after.blob) return false;
  return takeBacks.wasLive(exchange, exchange.after) || losesAgain(exchange);
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
