import type { EntityManager } from 'typeorm';
import type { Audit } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import type { Leadership } from '../kernel/leadership/index.js';
import { inStep } from '../kernel/tracing/index.js';
import {
  dropAbandonedDrafts,
  dropDraft,
  publishDraft,
  type RevisionRecord,
  writeDraft,
  writeFileChanges,
  writeFindings,
} from './catalog.repository.js';
import { decidePublication, type PublicationDecision } from './decide-publication.js';
import { missingVersions, readLiveBlobs, writeVersions } from './file.repository.js';
import { type Head, headsBefore } from './head.js';
import { lockHeads, lockStore, readStoreAndHeads, writeHeads } from './head.repository.js';
import { breathe, inPortions, VERSIONS_AT_ONCE } from './portions.js';
import type { Publication } from './publication.js';
import { publicationEvent } from './publication-event.js';

export type PublicationOutcome =
  | Exclude<PublicationDecision, { kind: 'publish' }>
  | {
      readonly kind: 'published';
      readonly record: RevisionRecord;
      readonly heads: readonly Head[];
      readonly lockedMs: number;
    };

export interface PublisherParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly signal: ChangeSignal;
  readonly clock: Clock;
  readonly leadership: Pick<Leadership, 'assertIn'>;
}

const ROWS_AT_ONCE = 500;
const ATTEMPTS = 5;
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** Thrown inside a publishing transaction to undo it: the heads moved between the look and the lock. */
class Overtaken extends Error {}

/** Writes a judged revision to the database: the bulk as a draft without any lock, then one short transaction. */
export class Publisher {
  constructor(private readonly parts: PublisherParts) {}

  publish(publication: Publication): Promise<PublicationOutcome> {
    const facts = { 'guidon.commit': publication.draft.commit, 'guidon.files': publication.files.size };
    return inStep('catalog.publish', facts, () => this.publishSteps(publication));
  }

  private async publishSteps(publication: Publication): Promise<PublicationOutcome> {
    const early = await this.look(publication, 0);
    if (early.kind !== 'publish') return early;
    const id = await this.writeDraft(publication);
    try {
      const outcome = await this.publishDraft(publication, id);
      if (outcome.kind !== 'published') await this.drop(id);
      return outcome;
    } catch (error) {
      // What cannot be dropped now stays an unpublished draft that nobody reads.
      await this.drop(id).catch(() => undefined);
      throw error;
    }
  }

  private look(publication: Publication, id: number): Promise<PublicationDecision> {
    return this.parts.transactions.run(async (manager) => {
      const { store, heads } = await readStoreAndHeads(manager);
      return decidePublication(publication, { newest: store, heads }, id);
    });
  }

  private async writeDraft(publication: Publication): Promise<number> {
    const { transactions } = this.parts;
    await this.storeVersions(publication);
    const id = await transactions.run(async (manager) => {
      await dropAbandonedDrafts(manager, publication.draft.judgedAtMs - ABANDONED_AFTER_MS);
      return writeDraft(manager, publication.draft);
    });
    let from = 0;
    for (const findings of inPortions(publication.findings, ROWS_AT_ONCE)) {
      const rows = { revisionId: id, from, findings };
      await transactions.run((manager) => writeFindings(manager, rows));
      await breathe();
      from += findings.length;
    }
    for (const changes of inPortions([...publication.files], ROWS_AT_ONCE)) {
      await transactions.run((manager) => writeFileChanges(manager, id, changes));
      await breathe();
    }
    return id;
  }

  private async storeVersions({ files, contents }: Publication): Promise<void> {
    const { transactions } = this.parts;
    const versions = [...files].flatMap(([path, blob]) => (blob === undefined ? [] : [{ path, blob }]));
    for (const portion of inPortions(versions, ROWS_AT_ONCE)) {
      const missing = await transactions.run((manager) => missingVersions(manager, portion));
      const found = await contents(missing.map(({ blob }) => blob));
      for (const some of inPortions(missing, VERSIONS_AT_ONCE)) {
        const rows = some.map((version) => ({ ...version, content: contentOf(found, version.blob) }));
        await transactions.run((manager) => writeVersions(manager, rows));
        await breathe();
      }
    }
  }

  private async publishDraft(publication: Publication, id: number): Promise<PublicationOutcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const expected = await this.look(publication, id);
      if (expected.kind !== 'publish') return expected;
      const startedMs = this.parts.clock.elapsedMs();
      try {
        await this.parts.transactions.run((manager) => this.write(manager, { publication, id, expected }));
      } catch (error) {
        if (error instanceof Overtaken) continue;
        throw error;
      }
      const lockedMs = this.parts.clock.elapsedMs() - startedMs;
      return { kind: 'published', record: { id, ...publication.draft }, heads: expected.heads, lockedMs };
    }
    return { kind: 'stale', reason: 'other revisions kept coming in between' };
  }

  /** The audit entry says what changes, so it must be known before the audit head is locked; then it is checked again. */
  private async write(
    manager: EntityManager,
    {
      publication,
      id,
      expected,
    }: { publication: Publication; id: number; expected: PublicationDecision & { kind: 'publish' } },
  ): Promise<void> {
    // Before any lock of the catalog: a server that led once must not publish over the one that leads now.
    await this.parts.leadership.assertIn(manager);
    const { store, heads } = await readStoreAndHeads(manager);
    const blobs = await readLiveBlobs(manager, publication.changes.paths);
    const ground = { commit: store.commit, heads, blobs };
    await this.parts.audit.append(manager, publicationEvent(publication, expected.heads, ground));
    const state = { newest: await lockStore(manager), heads: await lockHeads(manager) };
    const decision = decidePublication(publication, state, id);
    const isAsTold =
      JSON.stringify(headsBefore(state.heads, expected.heads)) ===
      JSON.stringify(headsBefore(heads, expected.heads));
    if (JSON.stringify(decision) !== JSON.stringify(expected) || !isAsTold) throw new Overtaken();
    await publishDraft(manager, id);
    await writeHeads(manager, expected.heads, publication.nowMs);
    for (const { environment } of expected.heads) await this.parts.signal.notify(manager, environment);
    // Replicas follow the newest revision for findings and scopes also where no environment changes.
    if (expected.heads.length === 0) await this.parts.signal.notify(manager, '');
  }

  private async drop(id: number): Promise<void> {
    await this.parts.transactions.run((manager) => dropDraft(manager, id));
  }
}

function contentOf(contents: ReadonlyMap<string, Uint8Array>, blob: string): Uint8Array {
  const content = contents.get(blob);
  if (content === undefined) throw new Error(`The content of ${blob} is missing.`);
  return content;
}
