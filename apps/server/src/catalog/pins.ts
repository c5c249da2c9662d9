import { freezeAt } from '@guidon/engine/diff';
import type { EntityManager } from 'typeorm';
import type { Transactions } from '../kernel/database/index.js';
import { requireMatch } from '../kernel/http/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { findRevision, type RevisionRecord } from './catalog.repository.js';
import type { CatalogService } from './catalog.service.js';
import { type GitSide, gitSideOf } from './git-side.js';
import { type Content, type Head, headSummary } from './head.js';
import { hasReachedAll, readStoreAndHeads } from './head.repository.js';
import type { DecideHeads, HeadMover, MoveEvent, MoveSteps } from './head-mover.js';
import type { LiveCatalog } from './live.js';
import { pinContent, unpinContent } from './pin-content.js';
import type { Restorer } from './restorer.js';
import { revisionStanding } from './revision-standing.js';
import { stagesOf } from './stages-of.js';

export interface PinsParts {
  readonly transactions: Transactions;
  readonly catalog: Pick<CatalogService, 'knownHeads' | 'refresh'>;
  readonly live: Pick<LiveCatalog, 'snapshot' | 'environments'>;
  readonly restorer: Pick<Restorer, 'loadEarlier'>;
  readonly mover: Pick<HeadMover, 'move'>;
}

export interface PinOrder {
  /** Full or short commit id. */
  readonly commit: string;
  readonly environments: readonly string[] | 'all';
  readonly actor: string;
  readonly reason: string;
  readonly requestId: string;
  readonly around?: MoveSteps['around'];
}

/** Who offers in Git what a rollback serves. */
export interface RollbackOffers {
  /** Inside the transaction of the pin, after its audit entry. Must neither throw nor wait for anybody. */
  wantRollback(manager: EntityManager, rollback: RollbackDone): Promise<void>;
  /** After the commit of a pin or of its end. */
  wake(): void;
}

export interface RollbackDone {
  /** Full id of the commit that is served again. */
  readonly commit: string;
  readonly actor: string;
  readonly reason: string;
  readonly sinceMs: number;
}

export interface PinOutcome {
  readonly revision: RevisionRecord;
  /** What was pinned; empty when all of it was already. */
  readonly heads: readonly Head[];
}

/** Serving an earlier revision at once, and going back to what Git says. */
export class Pins {
  private offers: RollbackOffers | undefined;

  constructor(private readonly parts: PinsParts) {}

  /** Proposals are of the catalog's rank and cannot be asked, so a feature above both brings them, as with `CommitLookup`. */
  offer(offers: RollbackOffers): void {
    this.offers = offers;
  }

  /** Full ids of the commits that environments are pinned to, by the word of the database. */
  async pinnedCommits(manager: EntityManager): Promise<ReadonlySet<string>> {
    const { heads } = await readStoreAndHeads(manager);
    return new Set(heads.flatMap(({ removed, pin }) => (removed || pin === undefined ? [] : [pin.revision])));
  }

  /** Only what everybody had before may be pinned: anything else is a change and takes the way of a change. */
  async pin(order: PinOrder): Promise<PinOutcome> {
    const { transactions, restorer, mover, catalog } = this.parts;
    const revision = await transactions.run((manager) => findRevision(manager, order.commit));
    if (revision === undefined) throw revisionNotFound(order.commit);
    const environments = this.chosen(order.environments);
    const contents = await restorer.loadEarlier(revision.id);
    const wanted = new Map<string, Content>();
    for (const environment of environments) {
      const hash = contents.get(environment)?.hash;
      if (hash === undefined || !(await this.hasReachedAll(environment, hash)))
        throw notServed(revision.commit, environment);
      wanted.set(environment, { hash, revision: revision.commit, revisionId: revision.id });
    }
    const full = { ...order, commit: revision.commit };
    const { commit, actor, reason } = full;
    const gitSide = gitSideOf(revision.provenance);
    const decide: DecideHeads = (heads, nowMs) => {
      // Called once more on the locked heads, so of two at once the second is refused there.
      requireMatch(revisionStanding(revision, heads));
      return decidePins(heads, { wanted, order: full, gitSide, nowMs });
    };
    const decision = await mover.move(decide, {
      around: order.around,
      alongside: async (manager, sinceMs) =>
        this.offers?.wantRollback(manager, { commit, actor, reason, sinceMs }),
    });
    this.offers?.wake();
    await catalog.refresh();
    return { revision, heads: decision.kind === 'change' ? decision.heads : [] };
  }

  /** Takes pins away; what waited behind them comes as any change does. Gives the environments that had one. */
  async unpin(order: Omit<PinOrder, 'commit'>): Promise<readonly string[]> {
    const { mover, catalog, live } = this.parts;
    const environments = this.chosen(order.environments);
    const project = live.snapshot()?.project;
    const decide: DecideHeads = (heads, nowMs) => {
      const changed = heads
        .filter((head) => environments.includes(head.environment))
        .flatMap((head) => {
          if (project === undefined) return unpinContent(head, { stages: [] }, nowMs) ?? [];
          const freeze = freezeAt(project, head.environment, nowMs);
          return unpinContent(head, { stages: stagesOf(project, head.environment), freeze }, nowMs) ?? [];
        });
      if (changed.length === 0) return { kind: 'nothing', reason: 'nothing is pinned there' };
      return { kind: 'change', heads: changed, event: auditEvent('revision.unpin', order, changed) };
    };
    const decision = await mover.move(decide, { around: order.around });
    this.offers?.wake();
    await catalog.refresh();
    return decision.kind === 'change' ? decision.heads.map(({ environment }) => environment) : [];
  }

  private hasReachedAll(environment: string, hash: string): Promise<boolean> {
    return this.parts.transactions.run((manager) => hasReachedAll(manager, { environment, hash }));
  }

  private chosen(asked: readonly string[] | 'all'): readonly string[] {
    const known = this.parts.live.environments();
    if (asked === 'all') return known;
    for (const environment of asked)
      if (!known.includes(environment))
        throw new DomainError('environment-not-found', {
          detail: `The project has no environment "${environment.slice(0, 128)}". The environments are ${known.join(', ')}.`,
        });
    return [...new Set(asked)];
  }
}

function decidePins(
  heads: readonly Head[],
  {
    wanted,
    order,
    gitSide,
    nowMs,
  }: { wanted: ReadonlyMap<string, Content>; order: PinOrder; gitSide: GitSide; nowMs: number },
) {
  const { actor, reason } = order;
  const changed = heads.flatMap((head) => {
    const content = wanted.get(head.environment);
    if (content === undefined || head.pin?.hash === content.hash) return [];
    return [pinContent(head, { ...content, actor, reason, sinceMs: nowMs })];
  });
  if (changed.length === 0) return { kind: 'nothing' as const, reason: 'it is pinned there already' };
  const event = { ...auditEvent('revision.rollback', order, changed), commit: order.commit, ...gitSide };
  return { kind: 'change' as const, heads: changed, event };
}

function auditEvent(
  action: 'revision.rollback' | 'revision.unpin',
  order: Omit<PinOrder, 'commit'>,
  heads: readonly Head[],
): MoveEvent {
  const { actor, reason, requestId } = order;
  return {
    ...{ action, actor, reason, requestId },
    subject: { now: heads.map(headSummary) },
    environments: heads.map(({ environment }) => environment),
  };
}

export function revisionNotFound(commit: string): DomainError {
  return new DomainError('revision-not-found', {
    detail: `No revision here has the commit "${commit.slice(0, 64)}"; GET /api/v1/revisions lists them.`,
  });
}

function notServed(commit: string, environment: string): DomainError {
  return new DomainError('revision-not-served', {
    detail: `What ${commit.slice(0, 12)} says for ${environment} was never served to everybody there, as far as is remembered, so serving it is a change and no rollback. Nothing was changed. Revert in Git instead, or choose a revision that GET /api/v1/revisions lists as served.`,
  });
}
