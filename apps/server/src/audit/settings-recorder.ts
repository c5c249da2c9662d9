import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import type { Clock, Timer } from '../kernel/clock/index.js';
import { isOutage, type Transactions } from '../kernel/database/index.js';
import type { Log } from '../kernel/log/index.js';
import type { Audit } from './audit.js';
import { lockAuditHead } from './database-audit.js';

export interface SettingsRecorderParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  /** Without secrets. */
  readonly settings: { readonly [name: string]: unknown };
}

const RETRY_MS = 2000;

/**
 * Writes down at a start that the settings are others than those of the start before. Servers of one store that have the same
 * settings write one entry together.
 */
export class SettingsRecorder {
  private retry: Timer | undefined;

  constructor(private readonly parts: SettingsRecorderParts) {}

  /** With the database away it is tried again until it succeeds. */
  async record(): Promise<void> {
    const { transactions, clock, log } = this.parts;
    try {
      await transactions.run((manager) => this.recordIn(manager));
    } catch (error) {
      log[isOutage(error) ? 'debug' : 'warn']({ err: error }, 'the settings could not be written down yet');
      this.retry = clock.after(RETRY_MS, () => void this.record());
    }
  }

  stop(): void {
    this.retry?.cancel();
  }

  private async recordIn(manager: EntityManager): Promise<void> {
    const { audit, settings } = this.parts;
    await lockAuditHead(manager);
    const rows: { after: object }[] = await manager.query(
      `SELECT (body::jsonb) -> 'after' AS after FROM audit_entries
       WHERE (body::jsonb) ->> 'action' = 'settings.change' ORDER BY sequence DESC LIMIT 1`,
    );
    const before = rows[0]?.after as { readonly [name: string]: unknown } | undefined;
    if (before !== undefined && canonicalize(before) === canonicalize(settings)) return;
    await audit.append(manager, {
      ...{ action: 'settings.change', actor: 'system:start', subject: {} },
      reason: before === undefined ? 'The first start of this store.' : 'A start with other settings.',
      ...{ before: before ?? null, after: settings },
    });
  }
}
