import type { DataSource, EntityManager } from 'typeorm';
import { inStep } from '../tracing/spans.js';
import { asDomainError, databaseUnavailable, isDatabaseAway } from './database-errors.js';
import type { DatabaseState } from './database-state.js';
import { PriorityGate } from './priority-gate.js';
import type { Transactions } from './transaction.js';

export interface TransactionSources {
  readonly main: DataSource;
  /** One connection for kills; absent with the embedded database, which has a single connection and a gate instead. */
  readonly reserved?: DataSource;
  readonly state: DatabaseState;
}

export class DatabaseTransactions implements Transactions {
  private readonly gate = new PriorityGate();

  constructor(private readonly sources: TransactionSources) {}

  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (this.sources.reserved === undefined)
      return this.gate.run('ordinary', () => this.traced(this.sources.main, work));
    return this.traced(this.sources.main, work);
  }

  runReserved<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { reserved } = this.sources;
    if (reserved === undefined) return this.gate.run('urgent', () => this.traced(this.sources.main, work));
    return this.traced(reserved, work);
  }

  private traced<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const facts = { 'db.system.name': 'postgresql', 'guidon.reserved': source === this.sources.reserved };
    return inStep('database.transaction', facts, () => this.transact(source, work));
  }

  private async transact<T>(source: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    if (!source.isInitialized) throw databaseUnavailable(this.sources.state.consolation());
    const { state } = this.sources;
    const askedMs = state.elapsedMs();
    try {
      const result = await source.transaction(work);
      state.answered(askedMs);
      return result;
    } catch (error) {
      if (isDatabaseAway(error)) state.failed(error);
      throw asDomainError(error, state.consolation());
    }
  }
}
