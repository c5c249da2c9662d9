import type { EntityManager } from 'typeorm';
import type { ChangeSignal, Transactions } from '../kernel/database/index.js';
import {
  countKills,
  findKill,
  findStandingTwin,
  insertKill,
  insertRevival,
  isKilledIn,
  type KillEntry,
  type KnownKill,
  listKills,
  type Revival,
  readKillState,
} from './kill.repository.js';
import type { LiveState } from './live-state.js';
import { type KillRecord, standingKills } from './merge-kills.js';

export interface KillLedgerParts {
  readonly transactions: Transactions;
  readonly signal: ChangeSignal;
  readonly live: LiveState;
}

/**
 * The one place where kills are written and read. Writing happens inside the caller's transaction, after its audit
 * entry and without any lock on heads, so that a publication in progress never holds up a press.
 */
export class KillLedger {
  constructor(private readonly parts: KillLedgerParts) {}

  async addKill(manager: EntityManager, kill: KillEntry): Promise<void> {
    await insertKill(manager, kill);
    await this.notify(manager, kill.targets);
  }

  /** False when the kill was revived before; then nothing is written. */
  async revive(manager: EntityManager, kill: KillRecord, by: Omit<Revival, 'killId'>): Promise<boolean> {
    if (!(await insertRevival(manager, { killId: kill.id, ...by }))) return false;
    await this.notify(manager, kill.targets);
    return true;
  }

  find(manager: EntityManager, id: string): Promise<KnownKill | undefined> {
    return findKill(manager, id);
  }

  findStandingTwin(
    manager: EntityManager,
    twin: Pick<KillRecord, 'targets' | 'expiresAtMs'>,
  ): Promise<KnownKill | undefined> {
    return findStandingTwin(manager, twin);
  }

  /** Every kill that is not revived, inside the caller's transaction. */
  async standingIn(manager: EntityManager): Promise<KnownKill[]> {
    return (await listKills(manager)).filter(({ revival }) => revival === undefined);
  }

  /** By the word of the database, inside the caller's transaction: under the audit head's lock no press comes between. */
  holds(
    manager: EntityManager,
    flag: { readonly environment: string; readonly flag: string },
  ): Promise<boolean> {
    return isKilledIn(manager, flag);
  }

  list(): Promise<KnownKill[]> {
    return this.parts.transactions.runReserved(listKills);
  }

  get(id: string): Promise<KnownKill | undefined> {
    return this.parts.transactions.runReserved((manager) => findKill(manager, id));
  }

  /** Call after the commit: this replica obeys at once, the others by the change signal. */
  applyPress(kill: KillRecord): void {
    this.parts.live.applyKills({ kills: [kill], revived: [] });
  }

  applyRevival(id: string): void {
    this.parts.live.applyKills({ kills: [], revived: [id] });
  }

  /** From memory, oldest first. */
  standing(): readonly KillRecord[] {
    return standingKills(this.parts.live.kills());
  }

  /** Takes over what other replicas wrote; reads everything only if a set has grown. */
  async refresh(): Promise<void> {
    const { transactions, live } = this.parts;
    const state = await transactions.run(async (manager) => {
      const counts = await countKills(manager);
      // Looked at after counting, and memory may be ahead: it holds nothing that the database does not.
      const known = live.kills();
      const behind = counts.kills > known.kills.size || counts.revived > known.revived.size;
      return behind ? readKillState(manager) : undefined;
    });
    if (state !== undefined) live.applyKills(state);
  }

  private async notify(manager: EntityManager, targets: KillRecord['targets']): Promise<void> {
    for (const environment of targets.keys()) await this.parts.signal.notify(manager, environment);
  }
}
