import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import type { RevisionRecord } from './catalog.repository.js';
import type { Head } from './decide-publication.js';
import { readFileChanges, readVersions } from './file.repository.js';
import type { LiveState } from './live-state.js';
import type { BlobContent, FileRef } from './loading/load-messages.js';
import { breathe, inPortions, MOST_CHANGES, VERSIONS_AT_ONCE } from './portions.js';
import type { ReceivedContent } from './receive-content.js';
import type { RevisionLoader } from './revision-loader.js';

export interface RestorerParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
  readonly log: Log;
  readonly live: LiveState;
  readonly loader: RevisionLoader;
}

export interface RestoreOrder {
  /** The revision that memory stands at; 0 begins afresh, with nothing taken from memory. */
  readonly after: number;
  readonly next: { readonly revisionId: number; readonly record: RevisionRecord | undefined };
  readonly heads: readonly Head[];
}

/** Makes a snapshot again from the last good versions of its files, as the database keeps them. */
export class Restorer {
  constructor(private readonly parts: RestorerParts) {}

  /** `undefined` when no file version changed, or there is none. */
  async load({ after, next, heads }: RestoreOrder): Promise<ReceivedContent | undefined> {
    const { live, loader, log, clock } = this.parts;
    const files = after === 0 ? [] : (live.snapshot()?.files.values() ?? []);
    const blobs = new Map([...files].map(({ path, blob }) => [path, blob]));
    const changed = await this.readChanges(blobs, { after, upTo: next.revisionId });
    if (!changed || blobs.size === 0) return undefined;
    const revisions = new Map(heads.map((head) => [head.environment, head.revision]));
    const { summary, received } = await loader.load({
      files: [...blobs].map(([path, blob]) => ({ path, blob, entry: 'file' })),
      order: { kind: 'restore', nowMs: clock.nowMs(), revisions },
      frozen: next.record?.frozen ?? [],
      contents: (refs) => this.readContents(refs),
    });
    if (summary.state !== 'accepted')
      log.error({ findings: summary.findings.slice(0, 10) }, 'versions that were good are refused now');
    return received;
  }

  private async readContents(refs: readonly FileRef[]): Promise<BlobContent[]> {
    const found: BlobContent[] = [];
    for (const portion of inPortions(refs, VERSIONS_AT_ONCE)) {
      found.push(...(await this.parts.transactions.run((manager) => readVersions(manager, portion))));
      await breathe();
    }
    return found;
  }

  /** True if anything changed; brings `blobs` up to date and tells the loading thread which versions were ever live. */
  private async readChanges(
    blobs: Map<string, string>,
    span: { after: number; upTo: number },
  ): Promise<boolean> {
    let at = { revisionId: span.after + 1, path: '' };
    let changed = false;
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
      const versions = changes.flatMap(({ path, blob }) => (blob === undefined ? [] : [`${path}:${blob}`]));
      await this.parts.loader.remember(versions);
      changed = true;
      at = last;
      await breathe();
    }
  }
}
