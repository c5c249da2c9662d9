import type { SyncDocument } from '@guidon/protocol';
import type {
  Acceptances,
  AcceptOrder,
  CatalogService,
  LiveCatalog,
  RevisionRecord,
} from '../catalog/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Leadership } from '../kernel/leadership/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { SyncBoard, SyncNews } from './sync-board.js';
import { syncDocument } from './sync-document.js';
import { errorOf, failureOf } from './sync-failure.js';
import type { SyncRunner } from './sync-runner.js';

export interface SyncParts {
  readonly catalog: Pick<CatalogService, 'newest' | 'refresh'>;
  readonly live: LiveCatalog;
  readonly clock: Clock;
  readonly board: SyncBoard;
  readonly leadership: Pick<Leadership, 'isLeader' | 'leader'>;
  readonly runner: SyncRunner;
  readonly acceptances: Pick<Acceptances, 'accept'>;
  /** Fit for answers. */
  readonly sourceName: string;
  /** Streams that all servers hold, by environment; absent: nobody counts them. */
  readonly streamsHeld?: StreamsHeld | undefined;
}

export type StreamsHeld = () => Promise<(environment: string) => number>;

/** A first sync of a large repository takes its time; a leader that died is replaced long before. */
export const LONGEST_WAIT_MS = 60_000;
/** Repairs what a lost signal left behind. */
const LOOK_MS = 1_000;

const NOTHING: SyncNews = {
  wanted: 0,
  done: 0,
  branch: undefined,
  head: undefined,
  lastSyncAtMs: undefined,
  failure: undefined,
};

/** What any server can do about syncs: ask for one, wait for it, and tell how things stand. The leader runs them. */
export class SyncService {
  private known: SyncNews = NOTHING;

  constructor(private readonly parts: SyncParts) {}

  /**
   * Resolves when a run that began after the call has ended well, here or at the server that leads, and its outcome is
   * served here. Rejects when it failed, or when no such run ended in time.
   */
  async sync(): Promise<void> {
    const { leadership, runner, board } = this.parts;
    if (leadership.isLeader()) {
      try {
        return await runner.run();
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'leader-unavailable') throw error;
        // Somebody else leads by now, so it is theirs to do.
      }
    }
    await this.ended(await board.want());
  }

  /**
   * A held revision is judged once more by a person's word and goes on; resolves with how it was judged then. Throws
   * `revision-not-held` when nothing holds it, or when the run found a newer commit, which nobody has accepted.
   */
  async accept(order: AcceptOrder): Promise<RevisionRecord> {
    const accepted = await this.parts.acceptances.accept(order);
    await this.sync();
    const { record } = this.parts.catalog.newest();
    if (record === undefined || record.commit === accepted.commit) return record ?? accepted;
    if (accepted.state !== 'held') return accepted;
    const [later, asked] = [record.commit.slice(0, 12), accepted.commit.slice(0, 12)];
    throw new DomainError('revision-not-held', {
      detail: `${later} came after ${asked} in the meantime and contains it; look at that one and accept it.`,
    });
  }

  /** What the last run of any server found beside what is live here; without the database, what was known last. */
  async status(): Promise<SyncDocument> {
    const { catalog, live, sourceName } = this.parts;
    const failure = await this.look();
    const { branch, head, lastSyncAtMs } = this.known;
    const lastError = (failure ?? this.known.failure)?.sentence;
    const state = { source: sourceName, branch: branch ?? 'HEAD', head, lastSyncAtMs, lastError };
    const document = syncDocument(state, catalog.newest(), live);
    return { ...document, removed: await this.removed() };
  }

  /** What is no longer in the project and served all the same. */
  private async removed(): Promise<NonNullable<SyncDocument['removed']>> {
    const { live, streamsHeld } = this.parts;
    const environments = live.removedEnvironments();
    // With the database away there is no number, which is not the same as nobody.
    const held = environments.length === 0 ? undefined : await streamsHeld?.().catch(() => undefined);
    return environments.flatMap((environment) => {
      const it = live.current(environment);
      if (it === undefined) return [];
      const { generation, revision } = it;
      const streams = held === undefined ? {} : { streams: held(environment) };
      return [{ environment, generation, revision, ...streams }];
    });
  }

  changedPaths(commit: string): Promise<readonly string[] | undefined> {
    return this.parts.runner.changedPaths(commit);
  }

  private async look() {
    try {
      this.known = await this.parts.board.read();
      return undefined;
    } catch (error) {
      return failureOf(error);
    }
  }

  private async ended(wanted: number): Promise<void> {
    const { board, clock, catalog } = this.parts;
    const giveUpMs = clock.elapsedMs() + LONGEST_WAIT_MS;
    for (;;) {
      // Listening begins before the look, so that news in between are not lost.
      const news = this.nextNews();
      try {
        const { done, failure } = await board.read();
        if (done >= wanted && failure !== undefined) throw errorOf(failure);
        if (done >= wanted) return await catalog.refresh();
        if (clock.elapsedMs() >= giveUpMs) throw this.inVain();
        await news.heard;
      } finally {
        news.forget();
      }
    }
  }

  private nextNews(): { heard: Promise<void>; forget: () => void } {
    const { board, clock } = this.parts;
    let forget: () => void = () => undefined;
    const heard = new Promise<void>((resolve) => {
      const timer = clock.after(LOOK_MS, resolve);
      const unsubscribe = board.onNews(resolve);
      forget = () => {
        timer.cancel();
        unsubscribe();
      };
    });
    return { heard, forget };
  }

  private inVain(): DomainError {
    const seconds = LONGEST_WAIT_MS / 1000;
    const why =
      this.parts.leadership.leader() === undefined
        ? 'no server leads: start one in the role all or control'
        : 'the server that leads has not finished';
    return new DomainError('leader-unavailable', {
      detail: `The sync did not end within ${seconds} seconds, because ${why}. It stays asked for; GET /api/v1/sync tells when it was done.`,
      retryAfterSeconds: 5,
    });
  }
}
