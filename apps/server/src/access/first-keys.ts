import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AUDIT, type Audit } from '../audit/index.js';
import { fetchKeys, insertKey, KeyService } from '../identity/index.js';
import { CLOCK, type Clock, type Timer } from '../kernel/clock/index.js';
import { isOutage, TRANSACTIONS, type Transactions } from '../kernel/database/index.js';
import { LOG, type Log } from '../kernel/log/index.js';

/** Two servers that start together on one database agree by this advisory lock on who makes the keys. */
const FIRST_KEYS_LOCK = 4_242_002;
const RETRY_MS = 2000;

/**
 * Registers the keys that the first start of a store makes. Their plain text goes to the key file before the database
 * learns of them: a crash in between leaves keys that the next start registers, never a lost one.
 */
@Injectable()
export class FirstKeys implements OnModuleDestroy {
  private retry: Timer | undefined;

  constructor(
    @Inject(KeyService) private readonly keys: KeyService,
    @Inject(TRANSACTIONS) private readonly transactions: Transactions,
    @Inject(AUDIT) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** With the database away the keys that are at hand work, and registering is tried again until it succeeds. */
  async register(): Promise<void> {
    try {
      await this.transactions.run((manager) => this.registerIn(manager));
      await this.keys.refresh();
    } catch (error) {
      this.log[isOutage(error) ? 'debug' : 'warn'](
        { err: error },
        'keys could not be registered yet; trying again',
      );
      this.retry = this.clock.after(RETRY_MS, () => void this.register());
    }
  }

  onModuleDestroy(): void {
    this.retry?.cancel();
  }

  private async registerIn(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [FIRST_KEYS_LOCK]);
    for (const key of this.keys.makeMissing(await fetchKeys(manager))) {
      const isNew = await insertKey(manager, key, new Date(this.clock.nowMs()));
      if (!isNew) continue;
      await this.audit.append(manager, {
        action: 'key.create',
        actor: 'system:first-start',
        reason: 'The first start makes the keys that the configuration does not give.',
        subject: { key: key.id, kind: key.kind, owner: key.owner },
        before: null,
        after: { key: key.id, kind: key.kind, owner: key.owner, state: 'active' },
      });
    }
  }
}
