import type { Audit } from '../audit/index.js';
import type { KillEntry, KillLedger, KillRecord, LiveCatalog } from '../catalog/index.js';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import { decideExpiry, type ExpiryDecision } from './decide-expiry.js';
import { freeState, searchedBy, standingState } from './kill-states.js';

export interface ExpiryWorkerParts {
  readonly live: LiveCatalog;
  readonly ledger: KillLedger;
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly makeId: (nowMs: number) => string;
}

const PERIOD_MS = 1000;
const ACTOR = 'system:kill-expiry';

/** Thrown inside a transaction to undo it: another replica has lifted the kill. */
class LiftedAlready extends Error {}

/**
 * Lifts kills whose time has come. Every replica looks, and whoever is first wins in the database. A kill that also
 * holds something in a protected environment is followed by one that goes on holding that part.
 */
export class ExpiryWorker {
  private timer: Timer | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly parts: ExpiryWorkerParts) {}

  start(): void {
    this.timer = this.parts.clock.every(PERIOD_MS, () => {
      this.sweeping = this.sweeping.then(() => this.sweep());
    });
  }

  async stop(): Promise<void> {
    this.timer?.cancel();
    await this.sweeping;
  }

  async sweep(): Promise<void> {
    const { live, ledger, clock, log } = this.parts;
    const unprotected = new Set(
      live
        .snapshot()
        ?.project.environments.filter((it) => !it.protected)
        .map((it) => it.id),
    );
    for (const decision of decideExpiry(ledger.standing(), (it) => unprotected.has(it), clock.nowMs())) {
      try {
        await this.lift(decision);
      } catch (error) {
        if (!(error instanceof LiftedAlready))
          log[isOutage(error) ? 'debug' : 'warn'](
            { err: error, kill: decision.kill.id },
            'an expired kill could not be lifted; trying again',
          );
      }
    }
  }

  private async lift(decision: ExpiryDecision): Promise<void> {
    const { transactions, ledger } = this.parts;
    const rest = await transactions.run((manager) => this.liftIn(manager, decision));
    // First what goes on holding, so that no flag is free in between.
    if (rest !== undefined) ledger.applyPress(rest);
    ledger.applyRevival(decision.kill.id);
  }

  private async liftIn(
    manager: Parameters<KillLedger['revive']>[0],
    { kill, remainder }: ExpiryDecision,
  ): Promise<KillRecord | undefined> {
    const { audit, ledger, clock, live } = this.parts;
    const nowMs = clock.nowMs();
    const known = await ledger.find(manager, kill.id);
    if (known === undefined || known.revival !== undefined) throw new LiftedAlready();
    const rest: KillEntry | undefined =
      remainder.size === 0
        ? undefined
        : { ...known, id: this.parts.makeId(nowMs), targets: remainder, continues: kill.id };
    const reason = 'The time that the kill was given has passed.';
    await audit.append(manager, {
      action: 'kill.expire',
      actor: ACTOR,
      reason,
      subject: { kill: kill.id, ...(rest === undefined ? {} : { continuedAs: rest.id }) },
      before: standingState(known, live),
      after: rest === undefined ? freeState(known, live) : standingState(rest, live),
      ...searchedBy(known),
    });
    if (rest !== undefined) await ledger.addKill(manager, rest);
    if (!(await ledger.revive(manager, kill, { actor: ACTOR, reason, revivedAtMs: nowMs })))
      throw new LiftedAlready();
    return rest;
  }
}
