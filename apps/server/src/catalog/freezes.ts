import { diffRulesets } from '@guidon/engine/compile';
import { diffSnapshots, type FlagChange, type Frozen, freezeAt, whyFrozen } from '@guidon/engine/diff';
import type { Project, RulesetPatch, Snapshot } from '@guidon/engine/model';
import { isOutage, type StoreClock, type Transactions } from '../kernel/database/index.js';
import type { Content, Head } from './head.js';
import { readStoreAndHeads } from './head.repository.js';
import type { LiveState } from './live-state.js';
import type { KnownContent, NewestContent } from './newest-content.js';
import type { ReceivedContent, ReceivedEnvironment } from './receive-content.js';
import type { Restorer } from './restorer.js';
import type { RevisionHold } from './revision-hold.js';

export interface FreezesParts {
  readonly transactions: Transactions;
  readonly live: Pick<LiveState, 'current' | 'candidate'>;
  readonly newest: Pick<NewestContent, 'snapshot' | 'get'>;
  readonly restorer: Pick<Restorer, 'loadEarlier'>;
  readonly storeNowMs: StoreClock;
}

type Served = Pick<KnownContent, 'hash' | 'ruleset' | 'snapshot'>;

interface Step {
  readonly project: Project;
  readonly nowMs: number;
  readonly now: Snapshot;
  readonly before: Served | undefined;
}

/**
 * What a freeze holds back of a judged revision: compared with what the environment serves or is on its way to, so that a
 * later commit never takes an earlier one along that is held.
 */
export class Freezes {
  constructor(private readonly parts: FreezesParts) {}

  async holdsOf(received: ReceivedContent | undefined): Promise<RevisionHold[]> {
    const project = this.parts.newest.snapshot()?.project;
    if (received === undefined || project === undefined) return [];
    const coming = received.snapshot.project;
    if ([...project.environments, ...coming.environments].every(({ freeze }) => freeze.length === 0))
      return [];
    const nowMs = await this.parts.storeNowMs();
    const { heads } = await this.parts.transactions.run(readStoreAndHeads);
    const holds: RevisionHold[] = [];
    for (const next of received.environments) {
      const head = heads.find(({ environment }) => environment === next.environment);
      // One that was removed comes back with the freezes that it brings: the project accepted before has none of it.
      const rules = head?.removed === true ? coming : project;
      if (head === undefined || freezeAt(rules, next.environment, nowMs) === undefined) continue;
      const base = onItsWay(head);
      // Going back to what everybody has calls a wave back, which is no change of anything.
      if (next.hash === base.hash || next.hash === head.hash) continue;
      const before = await this.contentOf(next.environment, base);
      const frozen = frozenBy({ project: rules, nowMs, now: received.snapshot, before }, next);
      if (frozen !== undefined) holds.push(holdOf(next.environment, frozen));
    }
    return holds;
  }

  now(): Promise<number> {
    return this.parts.storeNowMs();
  }

  /** Whether what waits may follow what everybody has; what cannot be compared waits for the end of the freeze. */
  async mayBegin(project: Project, { environment, ...head }: Head, waiting: Content): Promise<boolean> {
    const nowMs = await this.now();
    if (freezeAt(project, environment, nowMs) === undefined) return true;
    try {
      const before = await this.contentOf(environment, head);
      const next = await this.contentOf(environment, waiting);
      if (before === undefined || next === undefined) return false;
      const { ruleset, snapshot } = next;
      return frozenBy({ project, nowMs, now: snapshot, before }, { environment, ruleset }) === undefined;
    } catch (error) {
      // With the database away nothing is known yet; another failure would come again with every look.
      if (isOutage(error)) throw error;
      return false;
    }
  }

  private async contentOf(environment: string, { hash, revisionId }: Content): Promise<Served | undefined> {
    const { live, newest, restorer } = this.parts;
    const served = [live.current(environment), live.candidate(environment)?.live];
    const known = [newest.get(environment), ...served.map((it) => it && { ...it, ...it.content })];
    return known.find((it) => it?.hash === hash) ?? (await restorer.loadEarlier(revisionId)).get(environment);
  }
}

/** What itself waits for the end of a freeze is no ground to stand on: it would go along with what comes after it. */
function onItsWay({ waiting, candidate, ...head }: Head): Content {
  return (waiting?.why === 'freeze' ? undefined : waiting) ?? candidate ?? head;
}

function frozenBy(
  { project, nowMs, now, before }: Step,
  { environment, ruleset }: Pick<ReceivedEnvironment, 'environment' | 'ruleset'>,
): Frozen | undefined {
  const question = { project, environment, nowMs, after: now };
  if (before === undefined)
    return whyFrozen({ ...question, before: now, changes: [], otherwise: ['what cannot be compared'] });
  const patch = diffRulesets(before.ruleset, ruleset);
  if (patch === undefined) return undefined;
  const keys = [...Object.keys(patch.set), ...patch.delete];
  const changes = diffSnapshots(onlyFlags(before.snapshot, keys), onlyFlags(now, keys));
  const otherwise = [...unexplained(keys, changes, environment), ...segmentsOf(patch, before)];
  return whyFrozen({ ...question, before: before.snapshot, changes, otherwise });
}

/** Comparing ten thousand flags takes long, and what the patch does not name serves the same. */
function onlyFlags(snapshot: Snapshot, keys: readonly string[]): Snapshot {
  const flags = keys.flatMap((key) => {
    const flag = snapshot.flags.get(key);
    return flag === undefined ? [] : [[key, flag] as const];
  });
  return { ...snapshot, flags: new Map(flags) };
}

/** Flags that serve otherwise for a reason that no change names: nothing is proved of them. */
function unexplained(keys: readonly string[], changes: readonly FlagChange[], environment: string): string[] {
  const named = new Set(
    changes
      .filter((one) => !('environment' in one) || one.environment === environment)
      .map(({ flag }) => flag),
  );
  return keys.filter((key) => !named.has(key));
}

function segmentsOf({ segments = {} }: RulesetPatch, { ruleset }: Served): string[] {
  return Object.keys(segments)
    .filter((key) => Object.hasOwn(ruleset.segments, key))
    .map((key) => `the segment ${key}`);
}

function holdOf(environment: string, { freeze, sentence }: Frozen): RevisionHold {
  return { kind: 'freeze', sentence, environment, until: new Date(freeze.toMs).toISOString() };
}
