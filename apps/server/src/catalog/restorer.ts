import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { type RevisionRecord, readRevision } from './catalog.repository.js';
import { type FileVersion, readBaselineCommit, readFileChanges, readVersions } from './file.repository.js';
import type { BlobContent, LoadRunner } from './loading/load-messages.js';
import { type KnownContent, NewestContent } from './newest-content.js';
import { breathe, inPortions, MOST_CHANGES, VERSIONS_AT_ONCE } from './portions.js';
import type { ReceivedContent } from './receive-content.js';
import { RevisionLoader } from './revision-loader.js';

export interface RestorerParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly newest: NewestContent;
  readonly loader: RevisionLoader;
  /** For loads that must not touch the base of the loading thread. */
  readonly makeRunner: () => LoadRunner;
}

export interface RestoreOrder {
  /** The revision that memory stands at; 0 begins afresh, with nothing taken from memory. */
  readonly after: number;
  readonly next: { readonly revisionId: number; readonly record: RevisionRecord | undefined };
}

/** Makes a snapshot again from the last good versions of its files, as the database keeps them. */
export class Restorer {
  constructor(private readonly parts: RestorerParts) {}

  /** `undefined` when no file version changed, or there is none. */
  async load({ after, next }: RestoreOrder): Promise<ReceivedContent | undefined> {
    const { newest, loader } = this.parts;
    const files = after === 0 ? [] : (newest.snapshot()?.files.values() ?? []);
    const blobs = new Map([...files].map(({ path, blob }) => [path, blob]));
    const changed = await this.readChanges(blobs, {
      after,
      upTo: next.revisionId,
      remember: (changes, afresh) => loader.remember(changes, afresh),
    });
    if (!changed || blobs.size === 0) return undefined;
    return this.loadFiles(loader, blobs, next.record);
  }

  /** The content of an earlier revision by environment, made beside the newest; empty when nothing can be made. */
  async loadEarlier(revisionId: number): Promise<ReadonlyMap<string, KnownContent>> {
    const { transactions, makeRunner } = this.parts;
    const blobs = new Map<string, string>();
    await this.readChanges(blobs, { after: 0, upTo: revisionId, remember: async () => undefined });
    const record = await transactions.run((manager) => readRevision(manager, revisionId));
    const content = new NewestContent();
    const runner = makeRunner();
    try {
      const received = await this.loadFiles(new RevisionLoader(runner, content), blobs, record);
      if (received !== undefined) content.replace(received);
    } finally {
      await runner.close();
    }
    return content.all();
  }

  private async loadFiles(
    loader: RevisionLoader,
    blobs: ReadonlyMap<string, string>,
    record: RevisionRecord | undefined,
  ): Promise<ReceivedContent | undefined> {
    const { log, clock } = this.parts;
    const { summary, received } = await loader.load({
      files: [...blobs].map(([path, blob]) => ({ path, blob, entry: 'file' })),
      order: { kind: 'restore', nowMs: clock.nowMs(), revision: record?.commit ?? '' },
      frozen: record?.frozen ?? [],
      contents: (refs) => this.readContents(refs),
    });
    if (summary.state !== 'accepted')
      log.error({ findings: summary.findings.slice(0, 10) }, 'versions that were good are refused now');
    return received;
  }

  /** Commit of the store's first revision with content, before which nothing was judged. */
  readBaseline(): Promise<string | undefined> {
    return this.parts.transactions.run(readBaselineCommit);
  }

  /** Contents of versions that were live once, as far as the database has them. */
  async readContents(refs: readonly FileVersion[]): Promise<BlobContent[]> {
    const found: BlobContent[] = [];
    for (const portion of inPortions(refs, VERSIONS_AT_ONCE)) {
      found.push(...(await this.parts.transactions.run((manager) => readVersions(manager, portion))));
      await breathe();
    }
    return found;
  }

  /** True if anything changed; brings `blobs` up to date and tells the loading thread how they came about. */
  private async readChanges(
    blobs: Map<string, string>,
    span: { after: number; upTo: number; remember: LoadRunner['remember'] },
  ): Promise<boolean> {
    let at = { revisionId: span.after + 1, path: '' };
    let changed = false;
    if (span.after === 0) await span.remember([], true);
    for (;;) {
      const changes = await this.parts.transactions.run((manager) =>
        readFileChanges(manager, { ...at, upTo: span.upTo, limit: MOST_CHANGES }),
      );
      const last = changes.at(-1);
      if (last === undefined) return changed;
      for (const { path, blob } of changes) {
        if (blob === undefined) blobs.delete(path);
        else blobs.set(path, blob);
      }
      const told = changes.map(({ revisionId, path, blob }) => ({ revision: `${revisionId}`, path, blob }));
      await span.remember(told, false);
      changed = true;
      at = last;
      await breathe();
    }
  }
}
