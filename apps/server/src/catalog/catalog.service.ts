import type { Finding } from '@guidon/engine/model';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { type RevisionRecord, readFindings, readRevision, readStoreAndHeads } from './catalog.repository.js';
import type { Head } from './decide-publication.js';
import type { LiveState } from './live-state.js';
import type { FileRef } from './loading/load-messages.js';
import type { Publisher } from './publisher.js';
import type { Restorer } from './restorer.js';
import type { LoadOutcome, RevisionLoader } from './revision-loader.js';
import { swapIn } from './swap-in.js';
import { Turnstile } from './turnstile.js';

/** A commit as Git has it, to be judged against what is live. */
export interface RevisionSource {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
  readonly committedAtMs: number;
  /** `newest().revisionId` as it was before the source was asked for its head. */
  readonly baseRevisionId: number;
  /** The commit does not continue the one of that revision, or nothing proves that it does: the branch was rewritten. */
  readonly rewrites: boolean;
  readonly files: readonly FileRef[];
  contents(blobs: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
}

export type AdvanceOutcome =
  | { readonly kind: 'published'; readonly record: RevisionRecord; readonly lockedMs: number }
  | { readonly kind: 'already' | 'stale'; readonly reason: string };

/** The newest judged revision as this replica knows it. */
export interface NewestRevision {
  readonly lineage: string;
  /** 0 before the first revision. */
  readonly revisionId: number;
  readonly record: RevisionRecord | undefined;
  readonly findings: readonly Finding[];
}

export interface CatalogParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly live: LiveState;
  readonly loader: RevisionLoader;
  readonly restorer: Restorer;
  readonly publisher: Publisher;
}

/** Moves this replica from one revision to the next: its own publications, and those of others by the database. */
export class CatalogService {
  private readonly turnstile = new Turnstile();
  private known: NewestRevision = { lineage: '', revisionId: 0, record: undefined, findings: [] };
  /** Epoch of the loading thread when it last held exactly what is live; -1 when it never did. */
  private baseEpoch = -1;

  constructor(private readonly parts: CatalogParts) {}

  newest(): NewestRevision {
    return this.known;
  }

  /** Takes over what the database has. Throws when it cannot be reached; what is served stays. */
  refresh(): Promise<void> {
    return this.turnstile.enter(() => this.catchUp());
  }

  /** Judges a commit and, unless somebody was quicker, publishes it: store, swap, then tell. */
  advance(source: RevisionSource): Promise<AdvanceOutcome> {
    return this.turnstile.enter(() => this.advanceNow(source));
  }

  private async advanceNow(source: RevisionSource): Promise<AdvanceOutcome> {
    await this.catchUp();
    if (this.known.record?.commit === source.commit)
      return { kind: 'already', reason: 'this commit is the newest revision already' };
    if (this.known.revisionId !== source.baseRevisionId)
      return { kind: 'stale', reason: 'another revision was published since the source was asked' };
    const { loader, clock } = this.parts;
    try {
      const nowMs = clock.nowMs();
      const outcome = await loader.load({
        files: source.files,
        order: { kind: 'judge', commit: source.commit, nowMs },
        contents: async (refs) => [...(await source.contents(refs.map(({ blob }) => blob)))],
      });
      return await this.publish(source, outcome, nowMs);
    } catch (error) {
      await loader.discard().catch(() => undefined);
      throw error;
    }
  }

  private async publish(
    source: RevisionSource,
    outcome: LoadOutcome,
    nowMs: number,
  ): Promise<AdvanceOutcome> {
    const { publisher, loader, live, log } = this.parts;
    const { summary, received } = outcome;
    const { commit, author, subject, committedAtMs } = source;
    const usable = summary.state === 'rejected' ? undefined : received;
    const published = await publisher.publish({
      commit,
      baseRevisionId: source.baseRevisionId,
      environments: usable?.environments.map(({ environment, hash }) => ({ environment, hash })),
      draft: {
        commit,
        state: summary.state,
        author,
        subject,
        committedAtMs,
        judgedAtMs: nowMs,
        frozen: summary.frozen,
        findingCount: summary.findingCount,
      },
      findings: summary.findings,
      files: usable === undefined ? new Map() : (summary.content?.files ?? new Map()),
      waivers: usable === undefined ? [] : (summary.content?.waivers ?? []),
      contents: (blobs) => source.contents(blobs),
    });
    if (published.kind !== 'published') {
      await loader.discard();
      // Somebody else published this very commit: whoever asked for it here must find it served here.
      if (published.kind === 'already') await this.catchUp();
      return published;
    }
    if (usable !== undefined) {
      const { heads } = published;
      await swapIn({ live, log, received: usable, heads, lineage: this.known.lineage });
    }
    const { record } = published;
    this.known = { ...this.known, revisionId: record.id, record, findings: summary.findings };
    await this.settle(usable !== undefined);
    return { kind: 'published', record, lockedMs: published.lockedMs };
  }

  /** What is live and the base of the loading thread must be the same thing; if the thread is lost here, it is restored later. */
  private async settle(adopts: boolean): Promise<void> {
    const { loader, log } = this.parts;
    try {
      await (adopts ? loader.adopt() : loader.discard());
      this.baseEpoch = loader.epoch();
    } catch (error) {
      this.baseEpoch = -1;
      log.warn({ err: error }, 'the loading thread must be restored');
    }
  }

  private async catchUp(): Promise<void> {
    const { transactions } = this.parts;
    const { store, heads } = await transactions.run(readStoreAndHeads);
    const sameStore = store.lineage === this.known.lineage;
    const baseHeld = this.baseEpoch === this.parts.loader.epoch();
    if (sameStore && store.revisionId === this.known.revisionId && baseHeld) return;
    const next = await this.readNewest(store.lineage, store.revisionId);
    await this.restore(next, heads, sameStore && baseHeld ? this.known.revisionId : 0);
    this.known = next;
  }

  private readNewest(lineage: string, revisionId: number): Promise<NewestRevision> {
    return this.parts.transactions.run(async (manager) => ({
      lineage,
      revisionId,
      record: await readRevision(manager, revisionId),
      findings: await readFindings(manager, revisionId),
    }));
  }

  /** Brings the last good versions of the database into memory, with the generations that the heads give them. */
  private async restore(next: NewestRevision, heads: readonly Head[], after: number): Promise<void> {
    const { live, loader, log, restorer } = this.parts;
    const epoch = loader.epoch();
    const received = await restorer.load({ after, next, heads });
    if (received !== undefined) {
      await swapIn({ live, log, received, heads, lineage: next.lineage });
      await loader.adopt();
    }
    this.baseEpoch = epoch;
  }
}
