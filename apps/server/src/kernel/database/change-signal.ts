import type { EntityManager } from 'typeorm';

/**
 * Wakes whoever watches an environment; it never carries the truth, which is always re-read. On PostgreSQL a LISTEN
 * connection of its own, on the embedded database `db.listen`. Notifications are lost on a disconnect, so watchers
 * re-read after every (re)connect and poll slowly besides.
 */
export interface ChangeSignal {
  /** Inside the transaction of the change; delivered on commit. */
  notify(manager: EntityManager, environment: string): Promise<void>;
  /** `environment` is undefined after a reconnect: anything may have changed. Returns a function that unsubscribes. */
  subscribe(wake: (environment: string | undefined) => void): () => void;
}

/** Injection token. */
export const CHANGE_SIGNAL = Symbol('ChangeSignal');
