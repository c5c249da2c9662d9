import { type Clock, Laps } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { readAcceptance } from './acceptance.repository.js';
import { type AcceptedRules, readAcceptedRules } from './accepted-rules.js';
import { readLastAccepted } from './catalog.repository.js';
import { draftPublication, isAsBefore } from './draft-publication.js';
import type { Freezes } from './freezes.js';
import type { Head } from './head.js';
import { readStoreAndHeads } from './head.repository.js';
import { readNewestRevision } from './judged-revisions.js';
import type { LiveState } from './live-state.js';
import type { NewestContent } from './newest-content.js';
import { pastOf } from './past-of.js';
import type { Publisher } from './publisher.js';
import type { Restorer } from './restorer.js';
import type { LoadOutcome, RevisionLoader } from './revision-loader.js';
import type { AdvanceOutcome, NewestRevision, RevisionSource } from './revision-source.js';
import { judgedAgainst } from './served-apart.js';
import type { StagesOf } from './stages-of.js';
import { swapIn } from './swap-in.js';
import { Turnstile } from './turnstile.js';

export interface CatalogParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly live: LiveState;
  readonly newest: NewestContent;
  readonly loader: RevisionLoader;
  readonly restorer: Restorer;
  readonly publisher: Publisher;
  readonly freezes: Pick<Freezes, 'holdsOf'>;
  readonly stagesOf: StagesOf;
}

/** Moves this replica from one revision to the next: its own publications, and those of others by the database. */
export class CatalogService {
  private readonly turnstile = new Turnstile();
  private known: NewestRevision = { lineage: '', revisionId: 0, record: undefined, findings: [] };
  private heads: readonly Head[] = [];
  /** The heads that are in memory already, as text. */
  private servedHeads = '';
  /** Epoch of the loading thread when it last held exactly what is live; -1 when it never did. */
  private baseEpoch = -1;

  constructor(private readonly parts: CatalogParts) {}

  newest(): NewestRevision {
    return this.known;
  }

  /** What every environment serves by the word of the database, as this replica knows it. */
  knownHeads(): readonly Head[] {
    return this.heads;
  }

  /** Takes over what the database has. Throws when it cannot be reached; what is served stays. */
  refresh(): Promise<void> {
    return this.turnstile.enter(() => this.catchUp());
  }

  /** Judges a commit and, unless somebody was quicker, publishes it: store, swap, then tell. */
  advance(source: RevisionSource): Promise<AdvanceOutcome> {
    return this.turnstile.enter(() => this.advanceNow(source));
  }

  /** Whether a commit is to be judged again because somebody accepted it. */
  async awaitsAcceptance(commit: string): Promise<boolean> {
    return (await this.acceptedKinds(commit)) !== undefined;
  }

  /** The newest commit that nothing holds or refuses; `undefined` in an empty store. */
  lastAccepted(): Promise<string | undefined> {
    return this.parts.transactions.run(readLastAccepted);
  }

  /** By whose rules the next revision is judged; `undefined` in an empty store. */
  acceptedRules(): Promise<AcceptedRules | undefined> {
    return readAcceptedRules(this.parts.transactions, this.parts.newest.snapshot());
  }

  /** In spite of which holds a person lets the newest revision go on, if it is of this commit and is held. */
  private async acceptedKinds(commit: string): Promise<ReadonlySet<string> | undefined> {
    const { record } = this.known;
    if (record?.commit !== commit || record.state !== 'held') return undefined;
    return this.parts.transactions.run((manager) => readAcceptance(manager, record.id));
  }

  private async advanceNow(source: RevisionSource): Promise<AdvanceOutcome> {
    await this.catchUp();
    const { record, revisionId } = this.known;
    const again = source.again !== undefined && record?.state === 'held';
    if (!again && record?.commit === source.commit && !(await this.awaitsAcceptance(source.commit)))
      return { kind: 'already', reason: 'this commit is the newest revision already' };
    if (revisionId !== source.baseRevisionId)
      return { kind: 'stale', reason: 'another revision was published since the source was asked' };
    const { loader, clock, restorer } = this.parts;
    const laps = new Laps(clock);
    try {
      const nowMs = clock.nowMs();
      const outcome = await loader.load({
        ...{ files: source.files, refusedTree: source.refusedTree },
        order: { kind: 'judge', commit: source.commit, nowMs, ...judgedAgainst(this.parts, this.heads) },
        contents: async (refs) => [...(await source.contents(refs.map(({ blob }) => blob)))],
        past: pastOf(source, restorer),
      });
      laps.end('load');
      return await this.publish(source, outcome, { nowMs, laps });
    } catch (error) {
      await loader.discard().catch(() => undefined);
      throw error;
    }
  }

  private async publish(
    source: RevisionSource,
    outcome: LoadOutcome,
    { nowMs, laps }: { readonly nowMs: number; readonly laps: Laps },
  ): Promise<AdvanceOutcome> {
    const { publisher, loader, newest, freezes } = this.parts;
    const accepted = await this.acceptedKinds(source.commit);
    const { publication, usable } = draftPublication(source, outcome, {
      ...{ nowMs, accepted, freezes: await freezes.holdsOf(outcome.received) },
      ...{ stagesOf: this.parts.stagesOf, live: newest.snapshot() },
    });
    if (source.again !== undefined && isAsBefore(publication.draft, this.known.record)) {
      await loader.discard();
      return { kind: 'already', reason: 'judged once more, it is held for the same reasons' };
    }
    const published = await publisher.publish(publication);
    if (published.kind !== 'published') {
      await loader.discard();
      // Somebody else published this very commit: whoever asked for it here must find it served here.
      if (published.kind === 'already') await this.catchUp();
      return published;
    }
    laps.end('publish');
    const { record, lockedMs } = published;
    if (usable !== undefined) newest.replace(usable);
    this.known = { ...this.known, revisionId: record.id, record, findings: publication.findings };
    await this.serve((await this.parts.transactions.run(readStoreAndHeads)).heads);
    laps.end('swap');
    await this.settle(usable !== undefined);
    return { kind: 'published', record, lockedMs, steps: laps.steps() };
  }

  /** What is newest here and the base of the loading thread must be the same; if the thread is lost, it is restored later. */
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
    if (!sameStore || store.revisionId !== this.known.revisionId || !baseHeld) {
      if (!sameStore) this.parts.newest.forget();
      const next = await transactions.run((manager) => readNewestRevision(manager, store));
      await this.restore(next, sameStore && baseHeld ? this.known.revisionId : 0);
      this.known = next;
    }
    await this.serve(heads);
  }

  /** Brings the last good versions of the database into memory. */
  private async restore(next: NewestRevision, after: number): Promise<void> {
    const { loader, newest, restorer } = this.parts;
    const epoch = loader.epoch();
    const received = await restorer.load({ after, next });
    if (received !== undefined) {
      newest.replace(received);
      await loader.adopt();
    }
    this.baseEpoch = epoch;
  }

  /** Makes what the heads say live, unless it is already. */
  private async serve(heads: readonly Head[]): Promise<void> {
    const { lineage, revisionId: newestRevisionId } = this.known;
    const text = `${lineage}/${newestRevisionId}/${JSON.stringify(heads)}`;
    if (text === this.servedHeads) return;
    const { live, log, newest, restorer } = this.parts;
    const loadEarlier = (id: number) => restorer.loadEarlier(id);
    await swapIn({ live, log, newest, newestRevisionId, heads, lineage, loadEarlier });
    this.heads = heads;
    this.servedHeads = text;
  }
}
