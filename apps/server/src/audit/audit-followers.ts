import type { EntityManager } from 'typeorm';
import type { AuditEvent } from './audit.js';

/** An entry as it was written: with its time, and without keys that somebody pasted. */
export interface WrittenEntry extends AuditEvent {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Of the form of entries. */
  readonly version: number;
  readonly who: object;
}

export type AuditFollower = (manager: EntityManager, entry: WrittenEntry) => Promise<void>;

/**
 * Features above that write something of their own in the transaction of every entry. A follower waits for nobody and throws
 * only what undoes the change itself: the red button is among those that wait for it.
 */
export class AuditFollowers {
  private readonly followers: AuditFollower[] = [];

  follow(follower: AuditFollower): void {
    this.followers.push(follower);
  }

  async tell(manager: EntityManager, entry: WrittenEntry): Promise<void> {
    for (const follower of this.followers) await follower(manager, entry);
  }
}
