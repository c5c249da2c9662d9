import { GitError } from '@guidon/git';
import type { SyncDocument } from '@guidon/protocol';
import type { CatalogService, LiveCatalog } from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Log } from '../kernel/log/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { GitSource } from './git-source.js';
import { reportRevision } from './report-revision.js';
import { syncDocument } from './sync-document.js';

export interface SyncParts {
  readonly catalog: Pick<CatalogService, 'advance' | 'newest' | 'refresh'>;
  readonly live: LiveCatalog;
  readonly clock: Clock;
  readonly log: Log;
  /** Opened at the first use, and again after it failed. */
  readonly openSource: () => Promise<GitSource>;
  /** Shown until the source is open. */
  readonly sourceName: string;
  /** The flags folder in the repository; for messages. */
  readonly folder?: string;
}

/** How often a commit is read anew because another replica published in between. */
const ATTEMPTS = 5;

/** Brings the newest commit of the source into the catalog, one run at a time. */
export class SyncService {
  private source: GitSource | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private head: string | undefined;
  private lastSyncAtMs: number | undefined;
  private lastError: string | undefined;

  constructor(private readonly parts: SyncParts) {}

  /**
   * Syncs and resolves when it is done; rejects when it failed. Whoever calls while one runs waits for one more, which
   * begins after the call and so sees everything that was pushed before it.
   */
  sync(): Promise<void> {
    if (this.running === undefined) return this.begin();
    this.next ??= this.running.then(
      () => this.begin(),
      () => this.begin(),
    );
    return this.next;
  }

  /** What the last attempt found, also when the source is away. */
  status(): SyncDocument {
    const { catalog, live, sourceName } = this.parts;
    const { head, lastSyncAtMs, lastError } = this;
    const source = this.source?.name ?? sourceName;
    const branch = this.source?.branch() ?? 'HEAD';
    return syncDocument({ source, branch, head, lastSyncAtMs, lastError }, catalog.newest(), live);
  }

  async changedPaths(commit: string): Promise<readonly string[] | undefined> {
    return this.source?.changedPaths(commit);
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    await (this.next ?? this.running)?.catch(() => undefined);
  }

  private begin(): Promise<void> {
    this.next = undefined;
    this.running = this.run().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    try {
      await this.bringOver();
      this.lastSyncAtMs = this.parts.clock.nowMs();
      this.lastError = undefined;
    } catch (error) {
      this.lastError = sentenceOf(error);
      throw asDomainError(error);
    }
  }

  private async bringOver(): Promise<void> {
    const { catalog, log, clock } = this.parts;
    this.source ??= await this.parts.openSource();
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      // What is live is looked at before the source is asked: if anybody publishes after this, we notice.
      await catalog.refresh();
      const { revisionId, record } = catalog.newest();
      const startedMs = clock.elapsedMs();
      this.head = await this.source.fetchHead();
      if (record?.commit === this.head) return;
      const outcome = await catalog.advance(await this.source.readRevision(this.head, revisionId));
      const tookMs = clock.elapsedMs() - startedMs;
      if (outcome.kind === 'published') {
        const { findings } = catalog.newest();
        reportRevision(log, { ...outcome, findings, folder: this.parts.folder ?? '', tookMs });
      }
      if (outcome.kind !== 'stale') return;
      log.info({ commit: this.head, reason: outcome.reason }, 'the commit is judged again');
    }
    throw new DomainError('database-unavailable', {
      detail: 'Other servers kept publishing in between; the next sync tries again.',
    });
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof GitError) return `${error.kind}: ${error.message}`;
  if (error instanceof DomainError) return error.params.detail;
  return 'The revision could not be judged; the log has the details.';
}

function asDomainError(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  return new DomainError('git-unreachable', {
    detail: `${error.kind}: ${error.message} What is live stays as it is.`,
    retryAfterSeconds: 5,
    cause: error,
  });
}
