import type { EntityManager } from 'typeorm';

/** Something that somebody should hear of. Plain text, no secrets. */
export interface News {
  /** A noun and a verb as in audit entries: `kill.press`, `rollout.pause`. */
  readonly kind: string;
  /** What happened, for a person. */
  readonly sentence: string;
  readonly environments?: readonly string[];
  readonly flags?: readonly string[];
  /** As in audit entries. */
  readonly actor: string;
  readonly reason: string;
  /** Path of the thing's own route, for a GET. */
  readonly link?: string;
}

/** Tells receivers over HTTP what happened, some time after it did. */
export interface Notifications {
  /**
   * Writes it down in the transaction of what it tells of, after that one's audit entry; the leader delivers it after the
   * commit. Waits for no receiver, and a failure of its own undoes nothing else. Gives the id, or `undefined` where there is
   * no receiver or it could not be written.
   */
  tell(manager: EntityManager, news: News): Promise<string | undefined>;
}

/** Injection token. */
export const NOTIFICATIONS = Symbol('Notifications');
