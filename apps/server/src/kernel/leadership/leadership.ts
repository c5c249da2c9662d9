import type { EntityManager } from 'typeorm';
import { DomainError } from '../problem/index.js';

/** Who leads, as this server knows it. */
export interface LeaderDescription {
  /** A name that a process gives itself at its start. */
  readonly holder: string;
  /** Grows whenever the lease changes hands. */
  readonly epoch: number;
  /** Whether it is this process. */
  readonly here: boolean;
}

/**
 * One server leads: it alone fetches, and later moves rollouts and waves. What it may do rests on the database, never on
 * what this process believes: every transaction of a leader calls `assertIn` first.
 */
export interface Leadership {
  /** For deciding whether to begin something; proves nothing. */
  isLeader(): boolean;
  /** The fencing number while this process leads. */
  epoch(): number | undefined;
  leader(): LeaderDescription | undefined;
  /** Called after each gain and loss, not for the state at the moment of the call. Returns a function that unsubscribes. */
  onChange(listener: (leads: boolean) => void): () => void;
  /**
   * Inside a transaction of the leader: nobody can take the lease over before it ends. Throws `leader-unavailable` when
   * somebody has already, which undoes the transaction.
   */
  assertIn(manager: EntityManager): Promise<void>;
}

/** Injection token. */
export const LEADERSHIP = Symbol('Leadership');

/** For a store that a single process can open: the embedded database. */
export const SOLE_LEADER: Leadership = {
  isLeader: () => true,
  epoch: () => 1,
  leader: () => ({ holder: 'the only server', epoch: 1, here: true }),
  onChange: () => () => undefined,
  assertIn: async () => undefined,
};

/** The embedded database opened in the role `serve`: nobody ever leads. */
export const NOBODY_LEADS: Leadership = {
  isLeader: () => false,
  epoch: () => undefined,
  leader: () => undefined,
  onChange: () => () => undefined,
  assertIn: async () => {
    throw noLongerLeader();
  },
};

export function noLongerLeader(): DomainError {
  return new DomainError('leader-unavailable', {
    detail: 'Another server leads by now, so this one changed nothing.',
    retryAfterSeconds: 2,
  });
}
