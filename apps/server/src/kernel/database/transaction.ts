import type { EntityManager } from 'typeorm';

/**
 * Runs work in one database transaction. Lock order everywhere: audit head first, then environment heads by name.
 * With the embedded database there is one connection: inside `work` use only the given manager, never another query.
 */
export interface Transactions {
  run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
  /** Same, on the connection that PostgreSQL reserves for kills, so that a busy pool never delays a press. */
  runReserved<T>(work: (manager: EntityManager) => Promise<T>): Promise<T>;
}

/** Injection token. */
export const TRANSACTIONS = Symbol('Transactions');
