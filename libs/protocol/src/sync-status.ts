import type { Finding } from '@guidon/engine/model';
import type { RemovedEnvironment } from './drift.js';
import type { RevisionDocument } from './revisions.js';

/** Body of `GET /api/v1/sync` and answer of `POST /api/v1/sync` (which waits for the sync that it caused). */
export interface SyncDocument {
  readonly source: string;
  readonly branch: string;
  /** Newest commit of the branch that was seen, if any. */
  readonly head?: string;
  /** Commit of the newest revision that was judged. */
  readonly revision?: string;
  readonly state: 'never' | 'accepted' | 'partly' | 'held' | 'rejected';
  /** Why the newest revision waits; absent where it does not. */
  readonly holds?: RevisionDocument['holds'];
  readonly lastSyncAt?: string;
  readonly lastError?: string;
  /** Errors first when there are too many to keep; `findingCount` tells how many there were. */
  readonly findings: readonly Finding[];
  readonly findingCount?: number;
  /** Files of the newest revision that were refused and stay at their last good version. */
  readonly frozen: readonly string[];
  /** Files that were refused and never had a good version: what they describe does not exist. */
  readonly absent: readonly string[];
  readonly environments: readonly {
    readonly environment: string;
    readonly generation: number;
    readonly revision: string;
    readonly flags: number;
    readonly kills: number;
  }[];
  /** Those that the project has no longer. Absent from a server of an earlier version. */
  readonly removed?: readonly RemovedEnvironment[];
}
