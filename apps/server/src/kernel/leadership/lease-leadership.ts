import type { EntityManager } from 'typeorm';
import type { Clock, Timer } from '../clock/index.js';
import { isOutage } from '../database/index.js';
import type { Log } from '../log/index.js';
import type { Lease, LeaseAnswer, LeaseTerm } from './database-lease.js';
import { type LeaderDescription, type Leadership, noLongerLeader } from './leadership.js';

/** How long a lease holds after it was asked for; a leader that dies is replaced within this time. */
export const LEASE_MS = 10_000;
export const RENEW_MS = 3_000;
/** A leader that could not renew steps down this long before the database would let somebody else in. */
export const STEP_DOWN_EARLY_MS = 1_000;
/** After the end of somebody's lease; a little late is cheaper than a little early, which costs another look. */
const AFTER_END_MS = 50;
const AFTER_FAILURE_MS = 1_000;
/** A shutdown waits no longer for a question in progress. */
const LONGEST_FAREWELL_MS = 1_000;

export interface LeaseLeadershipParts {
  readonly lease: Lease;
  readonly clock: Clock;
  readonly log: Log;
  readonly holder: string;
  /** False: this server never asks for the lease and only looks who holds it. */
  readonly candidate: boolean;
}

interface Held {
  readonly epoch: number;
  /** On the monotonic clock of this process, counted from before the database was asked. */
  readonly untilElapsedMs: number;
}

/** Leads while it holds the lease row. Renewing and waiting is one loop: ask, then sleep until the next ask is due. */
export class LeaseLeadership implements Leadership {
  private readonly listeners = new Set<(leads: boolean) => void>();
  private held: Held | undefined;
  private seen: LeaseTerm | undefined;
  private next: Timer | undefined;
  private end: Timer | undefined;
  private asking: Promise<void> | undefined;
  private stopped = true;
  /** Said farewell: an answer that comes now is too late to lead by. */
  private gone = false;
  private failing = false;
  private unsubscribe: () => void = () => undefined;

  constructor(private readonly parts: LeaseLeadershipParts) {}

  isLeader(): boolean {
    return this.held !== undefined && this.parts.clock.elapsedMs() < this.held.untilElapsedMs;
  }

  epoch(): number | undefined {
    return this.isLeader() ? this.held?.epoch : undefined;
  }

  leader(): LeaderDescription | undefined {
    if (this.seen === undefined) return undefined;
    return { ...this.seen, here: this.isLeader() };
  }

  onChange(listener: (leads: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async assertIn(manager: EntityManager): Promise<void> {
    const { lease, holder } = this.parts;
    const epoch = this.epoch();
    if (epoch === undefined || !(await lease.isHeldIn(manager, { holder, epoch }))) throw noLongerLeader();
  }

  /** Resolves after the first question, whatever came of it. */
  start(): Promise<void> {
    this.stopped = false;
    this.gone = false;
    this.unsubscribe = this.parts.lease.onRelease(() => this.askNow());
    return this.ask();
  }

  /** Gives the lease back, so that nobody has to wait for its end. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.unsubscribe();
    this.next?.cancel();
    await this.answerOrPatience();
    const { lease, holder, log } = this.parts;
    const epoch = this.epoch();
    this.gone = true;
    this.lose();
    if (epoch === undefined) return;
    try {
      await lease.release({ holder, epoch });
    } catch (error) {
      log.warn({ err: error }, 'the lead could not be given back; it ends by itself');
    }
  }

  private answerOrPatience(): Promise<void> {
    return new Promise((resolve) => {
      const patience = this.parts.clock.after(LONGEST_FAREWELL_MS, resolve);
      void Promise.resolve(this.asking).then(() => {
        patience.cancel();
        resolve();
      });
    });
  }

  private askNow(): void {
    if (this.stopped || this.asking !== undefined || this.isLeader()) return;
    this.next?.cancel();
    void this.ask();
  }

  private ask(): Promise<void> {
    this.asking = this.askOnce().then((waitMs) => {
      this.asking = undefined;
      if (!this.stopped) this.next = this.parts.clock.after(waitMs, () => void this.ask());
    });
    return this.asking;
  }

  /** Asks once and returns when to ask again. */
  private async askOnce(): Promise<number> {
    const { lease, clock, holder, log, candidate } = this.parts;
    const askedElapsedMs = clock.elapsedMs();
    try {
      const request = { holder, epoch: this.held?.epoch, leaseMs: LEASE_MS };
      const answer = await (candidate ? lease.ask(request) : lease.look());
      if (this.failing) log.info({}, 'who leads can be seen again');
      this.failing = false;
      return this.take(answer, askedElapsedMs);
    } catch (error) {
      // Said once, not every second; and an outage of the database is told by the database.
      const level = this.failing || isOutage(error) ? 'debug' : 'warn';
      log[level]({ err: error }, 'who leads could not be asked; asking again');
      this.failing = true;
      return AFTER_FAILURE_MS;
    }
  }

  private take(answer: LeaseAnswer, askedElapsedMs: number): number {
    const { clock, holder, candidate } = this.parts;
    if (answer.kind === 'elsewhere') {
      this.seen = answer.term;
      this.lose();
      return candidate ? Math.min(RENEW_MS, answer.remainingMs + AFTER_END_MS) : RENEW_MS;
    }
    this.seen = { holder, epoch: answer.epoch };
    const untilElapsedMs = askedElapsedMs + LEASE_MS - STEP_DOWN_EARLY_MS;
    const leftMs = untilElapsedMs - clock.elapsedMs();
    // An answer that took so long says nothing about now.
    if (leftMs <= 0 || this.gone) this.lose();
    else this.hold({ epoch: answer.epoch, untilElapsedMs }, leftMs);
    return RENEW_MS;
  }

  private hold(held: Held, leftMs: number): void {
    const before = this.held;
    this.held = held;
    this.end?.cancel();
    this.end = this.parts.clock.after(leftMs, () => this.lose());
    if (before?.epoch === held.epoch) return;
    this.parts.log.info({ epoch: held.epoch }, 'this server leads now');
    this.tell(true);
  }

  private lose(): void {
    this.end?.cancel();
    if (this.held === undefined) return;
    const { epoch } = this.held;
    this.held = undefined;
    this.parts.log.info({ epoch }, 'this server leads no longer');
    this.tell(false);
  }

  private tell(leads: boolean): void {
    for (const listener of this.listeners) {
      try {
        listener(leads);
      } catch (error) {
        this.parts.log.error({ err: error }, 'a listener for the lead failed');
      }
    }
  }
}
