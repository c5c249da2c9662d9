import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { type Answer, decideDelivery } from './decide-delivery.js';
import type { NotificationMetrics } from './notification-metrics.js';
import type { NotifyTarget } from './notify-target.js';
import { type DueDelivery, readHeads, tidyOutbox, writeDelivery } from './outbox.repository.js';

export interface SenderParts {
  readonly targets: readonly NotifyTarget[];
  /** Undone where this server leads no longer. */
  readonly transactions: Pick<Transactions, 'run'>;
  readonly isLeader: () => boolean;
  readonly post: (target: NotifyTarget, delivery: DueDelivery) => Promise<Answer>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly metrics: NotificationMetrics;
}

const PERIOD_MS = 1_000;
const TIDY_MS = 10 * 60 * 1000;
const GONE_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const LONGEST_FAREWELL_MS = 1_000;

/**
 * Delivers what the outbox holds: the leader's work, in no transaction, for each receiver in order and for all of them side by
 * side, so that one that is slow or dead holds up nobody else. What was sent and not yet marked is sent again under the same id.
 */
export class Sender {
  private timers: Timer[] = [];
  private readonly busy = new Map<string, Promise<void>>();
  private stopped = false;

  constructor(private readonly parts: SenderParts) {}

  start(): void {
    this.timers = [
      this.parts.clock.every(PERIOD_MS, () => void this.send()),
      this.parts.clock.every(TIDY_MS, () => void this.tidy()),
    ];
  }

  async stop(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) timer.cancel();
    await new Promise<void>((resolve) => {
      const patience = this.parts.clock.after(LONGEST_FAREWELL_MS, resolve);
      void Promise.all(this.busy.values()).then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  /** Brings each receiver up to date that nothing is being sent to. Resolves when all of it is done; never rejects. */
  async send(): Promise<void> {
    const idle = this.parts.targets.filter(({ id }) => !this.busy.has(id));
    if (idle.length === 0 || this.stopped || !this.parts.isLeader()) return;
    await Promise.all(
      idle.map((target) => {
        const work = this.bring(target).finally(() => this.busy.delete(target.id));
        this.busy.set(target.id, work);
        return work;
      }),
    );
  }

  async tidy(): Promise<void> {
    const { transactions, targets, clock, metrics, isLeader } = this.parts;
    if (this.stopped || !isLeader()) return;
    const times = { nowMs: clock.nowMs(), goneMs: GONE_MS, keptMs: KEPT_MS };
    const ids = targets.map(({ id }) => id);
    try {
      metrics.dead.inc(await transactions.run((manager) => tidyOutbox(manager, { targets: ids, ...times })));
    } catch (error) {
      this.trouble(error);
    }
  }

  private async bring(target: NotifyTarget): Promise<void> {
    try {
      while (!this.stopped && this.parts.isLeader() && (await this.deliverNext(target)));
    } catch (error) {
      this.trouble(error);
    }
  }

  /** Whether there may be more to send to it now. */
  private async deliverNext(target: NotifyTarget): Promise<boolean> {
    const { transactions, clock, post } = this.parts;
    const [next] = await transactions.run((manager) => readHeads(manager, [target.id]));
    if (next === undefined || next.nextAtMs > clock.nowMs()) return false;
    const answer = await post(target, next);
    return this.mark(target, next, answer);
  }

  private async mark(target: NotifyTarget, sent: DueDelivery, answer: Answer): Promise<boolean> {
    const { transactions, clock, random, metrics, log } = this.parts;
    const nowMs = clock.nowMs();
    const attempts = sent.attempts + 1;
    const made = decideDelivery(answer, { attempts, ageMs: nowMs - sent.atMs, random: random() });
    const state = made.kind === 'retry' ? 'waiting' : made.kind;
    await transactions.run((manager) =>
      writeDelivery(manager, {
        ...{ target: target.id, notification: sent.id, state, attempts },
        nextAt: new Date(nowMs + (made.kind === 'retry' ? made.delayMs : 0)),
        failure: made.kind === 'delivered' ? null : made.failure,
        endedAt: made.kind === 'retry' ? null : new Date(nowMs),
      }),
    );
    metrics.attempts.inc({ outcome: made.kind });
    if (made.kind === 'delivered') return true;
    const fields = { target: target.id, host: target.host, id: sent.id, attempts, failure: made.failure };
    if (made.kind === 'dead') metrics.dead.inc();
    if (made.kind === 'dead') log.error(fields, 'a notification was given up');
    // Said once for a notification, not at every attempt.
    else log[attempts === 1 ? 'warn' : 'debug'](fields, 'a notification was not taken; trying again');
    return made.kind === 'dead';
  }

  private trouble(error: unknown): void {
    this.parts.log[isOutage(error) ? 'debug' : 'warn'](
      { err: error },
      'notifications could not be sent; trying again',
    );
  }
}
