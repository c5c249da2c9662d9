import { HostError } from '@guidon/git/hosts';
import { type JudgedRevision, type LiveCatalog, readJudgedSince } from '../catalog/index.js';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { GitHostAccess } from '../kernel/git-host/index.js';
import type { Log } from '../kernel/log/index.js';
import { decideStatuses, describeRevision, TOLD_FOR_MS, type Told } from './commit-status.js';
import { readTold, writeTold } from './commit-status.repository.js';

export interface CommitStatusWorkerParts {
  readonly transactions: Transactions;
  readonly live: Pick<LiveCatalog, 'subscribe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly host: GitHostAccess;
  /** One server at a time tells the host. */
  readonly isLeader: () => boolean;
}

const PERIOD_MS = 5000;
const MOST_TOLD = 50;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 30 * 60 * 1000;
const LONGEST_FAREWELL_MS = 1000;

/**
 * Tells the Git host how each commit was judged. It reads what was published after the fact, so publishing never waits for
 * it and a restart loses nothing.
 */
export class CommitStatusWorker {
  private timer: Timer | undefined;
  private unsubscribe: (() => void) | undefined;
  private telling: Promise<void> = Promise.resolve();
  private isWoken = false;
  private stopped = false;

  constructor(private readonly parts: CommitStatusWorkerParts) {}

  start(): void {
    this.unsubscribe = this.parts.live.subscribe(() => this.wake());
    this.timer = this.parts.clock.every(PERIOD_MS, () => this.wake());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    this.unsubscribe?.();
    await new Promise<void>((resolve) => {
      const patience = this.parts.clock.after(LONGEST_FAREWELL_MS, resolve);
      void this.telling.then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  /** Resolves when it is done; never rejects. */
  tell(): Promise<void> {
    this.telling = this.telling.then(async () => {
      this.isWoken = false;
      if (this.stopped || !this.parts.isLeader()) return;
      await this.tellNow().catch((error) =>
        this.parts.log[isOutage(error) ? 'debug' : 'warn'](
          { err: error },
          'commit statuses could not be posted; trying again',
        ),
      );
    });
    return this.telling;
  }

  private wake(): void {
    if (this.isWoken) return;
    this.isWoken = true;
    void this.tell();
  }

  private async tellNow(): Promise<void> {
    const { transactions, clock, host } = this.parts;
    const nowMs = clock.nowMs();
    const { revisions, told } = await transactions.run(async (manager) => {
      const since = { sinceMs: nowMs - TOLD_FOR_MS, limit: MOST_TOLD };
      const found = await readJudgedSince(manager, since);
      return {
        revisions: found,
        told: await readTold(
          manager,
          found.map(({ id }) => id),
        ),
      };
    });
    const due = decideStatuses(revisions, told, nowMs);
    if (due.length === 0) return;
    const client = await host.connect();
    for (const revision of due) {
      if (this.stopped) return;
      const outcome = await this.post(client, revision, told.get(revision.id)?.attempts ?? 0);
      await transactions.run((manager) => writeTold(manager, outcome, revisions[0]?.id ?? 0));
    }
  }

  private async post(
    client: Awaited<ReturnType<GitHostAccess['connect']>>,
    revision: JudgedRevision,
    failed: number,
  ): Promise<Told> {
    const { clock, log } = this.parts;
    const revisionId = revision.id;
    try {
      await client.setCommitStatus(revision.commit, describeRevision(revision));
      return { revisionId, postedState: revision.state, attempts: 0, nextAtMs: clock.nowMs() };
    } catch (error) {
      const attempts = failed + 1;
      const asked = error instanceof HostError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1)));
      // Said once, not at every attempt of a day.
      log[attempts === 1 ? 'warn' : 'debug'](
        { err: error, commit: revision.commit },
        'a commit status could not be posted',
      );
      return { revisionId, postedState: undefined, attempts, nextAtMs: clock.nowMs() + pauseMs };
    }
  }
}
