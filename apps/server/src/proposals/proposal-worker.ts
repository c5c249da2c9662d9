import { type BranchWriter, GitError } from '@guidon/git';
import { HostError } from '@guidon/git/hosts';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { GitHostAccess } from '../kernel/git-host/index.js';
import type { Log } from '../kernel/log/index.js';
import { backOffMs } from './back-off.js';
import { BRANCHES } from './branch-of.js';
import type { Look } from './look.js';
import type { Proposal } from './proposal.js';
import { readDue } from './proposal.repository.js';
import type { ProposalBook } from './proposal-book.js';
import type { ProposalFacts } from './proposal-facts.js';
import type { Proposer } from './proposer.js';

export interface ProposalWorkerParts {
  readonly transactions: Transactions;
  readonly book: ProposalBook;
  readonly proposer: Proposer;
  readonly facts: ProposalFacts;
  readonly clock: Clock;
  readonly log: Log;
  /** One server at a time makes branches. */
  readonly isLeader: () => boolean;
  /** Opened at the first use, and again after it failed. */
  readonly openWriter: () => Promise<BranchWriter>;
  readonly folder: string;
  readonly host: GitHostAccess | undefined;
  /** How often an open proposal is compared with the tracked branch. */
  readonly lookMs: number;
}

/** How often the database is asked for what is due: one short query. */
const PERIOD_MS = 5000;
/** Starting git holds the process up for a moment, so a press first gets to its last stream. */
const PATIENCE_MS = 1000;
/** A pull request is asked for at the host no more often: hosts count calls. */
const HOST_LOOK_MS = 60_000;
const LONGEST_FAREWELL_MS = 1000;
/** What goes away by itself when the next look succeeds. */
const TROUBLES: ReadonlySet<Proposal['code']> = new Set(['git-unreachable', 'git-host-failed', 'internal']);

/** Makes branches and pull requests of what is wanted, one look at a time. Nothing here is ever awaited by a press. */
export class ProposalWorker {
  private timer: Timer | undefined;
  private waking: Timer | undefined;
  private writer: BranchWriter | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isWoken = false;
  private stopped = false;

  constructor(private readonly parts: ProposalWorkerParts) {}

  start(): void {
    this.timer = this.parts.clock.every(PERIOD_MS, () => void this.look(false));
  }

  /** Something was wanted or taken back: look soon. Calls in quick succession make one look. */
  wake(): void {
    if (this.isWoken || this.stopped || this.timer === undefined) return;
    this.isWoken = true;
    this.waking = this.parts.clock.after(PATIENCE_MS, () => void this.look(true));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    this.waking?.cancel();
    await new Promise<void>((resolve) => {
      const patience = this.parts.clock.after(LONGEST_FAREWELL_MS, resolve);
      void this.looking.then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  /** Resolves when it is done; never rejects. */
  look(isEager: boolean): Promise<void> {
    this.looking = this.looking.then(async () => {
      if (isEager) this.isWoken = false;
      if (this.stopped || !this.parts.isLeader()) return;
      await this.lookNow(isEager).catch((error) =>
        this.parts.log[isOutage(error) ? 'debug' : 'warn'](
          { err: error },
          'proposals could not be looked at; trying again',
        ),
      );
    });
    return this.looking;
  }

  private async lookNow(isEager: boolean): Promise<void> {
    const { transactions, facts, clock } = this.parts;
    const { flags, kills, pins, rollouts } = facts;
    // Without its sources every kill would look revived, and before anything is live nothing is known of environments.
    if (flags === undefined || kills === undefined || pins === undefined) return;
    const environments = flags.environments();
    if (environments.length === 0) return;
    const due = await transactions.run((manager) => readDue(manager, { nowMs: clock.nowMs(), isEager }));
    if (due.length === 0) return;
    const git = await this.reach(due);
    if (git === undefined) return;
    const factsNow: Look['factsNow'] = async (manager) => ({
      standing: await kills.standing(manager),
      pinned: await pins.pinnedCommits(manager),
      environments,
      ...(rollouts === undefined ? {} : { ended: await rollouts.ended(manager) }),
    });
    const known = await transactions.run(factsNow);
    const { folder } = this.parts;
    await this.examineAll(due, { ...git, folder, facts: known, factsNow, nowMs: clock.nowMs() });
  }

  /** What is to be cleared away comes before what wants the same branch. */
  private async examineAll(due: readonly Proposal[], look: Look): Promise<void> {
    const blocked = new Set<string>();
    for (const proposal of due) {
      if (this.stopped || !this.parts.isLeader() || blocked.has(proposal.branch)) continue;
      try {
        if (TROUBLES.has(proposal.code))
          await this.parts.book.note(proposal.id, { code: null, detail: null });
        await this.parts.proposer.examine(proposal, look);
        const laterMs =
          proposal.pull === undefined ? this.parts.lookMs : Math.max(this.parts.lookMs, HOST_LOOK_MS);
        await this.parts.book.note(proposal.id, { attempts: 0, nextAtMs: look.nowMs + laterMs });
      } catch (error) {
        blocked.add(proposal.branch);
        await this.troubled(proposal, error);
      }
    }
  }

  private async reach(
    due: readonly Proposal[],
  ): Promise<Pick<Look, 'writer' | 'head' | 'tips' | 'host'> | undefined> {
    try {
      this.writer ??= await this.parts.openWriter();
      const head = await this.writer.fetchHead();
      const tips = await this.writer.tipsBelow(BRANCHES);
      return { writer: this.writer, head, tips, host: await this.parts.host?.connect() };
    } catch (error) {
      for (const proposal of due) await this.troubled(proposal, error);
      return undefined;
    }
  }

  private async troubled(proposal: Proposal, error: unknown): Promise<void> {
    const { book, proposer, clock, log } = this.parts;
    log.warn(
      { err: error, proposal: proposal.id, branch: proposal.branch },
      'a proposal could not be brought on',
    );
    const attempts = proposal.attempts + 1;
    const later = { attempts, nextAtMs: clock.nowMs() + backOffMs(attempts) };
    if (error instanceof GitError && (error.kind === 'auth' || error.kind === 'rejected')) {
      await proposer.fail(proposal, refusedPush(error));
      return book.note(proposal.id, later);
    }
    await book.note(proposal.id, { ...later, ...troubleOf(error) });
  }
}

function refusedPush(error: GitError): string {
  return `The remote does not take the branch; does the token have the right to write, and may it make branches under guidon/? ${error.message}`;
}

function troubleOf(error: unknown) {
  if (error instanceof HostError)
    return { code: 'git-host-failed', detail: `The Git host did not do it: ${error.message}` } as const;
  if (error instanceof GitError)
    return { code: 'git-unreachable', detail: `Git did not do it: ${error.message}` } as const;
  return { code: 'internal', detail: 'Something went wrong on our side; the log has the details.' } as const;
}
