import type { Finding, Hold, Position, Snapshot, SourceFile } from '../model/index.js';

export interface LoadInput {
  /** Every file below the flags folder at one revision. */
  readonly files: readonly SourceFile[];
  /** What is live: the newest good version of every file. Absent: the first revision of an empty store (baseline). */
  readonly previous?: Snapshot;
  /** `path:blob` of versions that were live at any time before; those are never refused by transition findings. */
  readonly liveBefore?: ReadonlySet<string>;
  /**
   * Where rollouts stand. A finished one counts as 100 percent when its last line takes over (sentence 16), and a
   * running one may not be changed (sentence 35). Absent: no rollout has begun.
   */
  readonly positions?: readonly Position[];
  /** The current time, for expiry warnings and freezes. */
  readonly nowMs: number;
  /**
   * Parsed documents and what earlier loads found, kept by the caller between loads: an unchanged blob is not parsed
   * again, and what does not differ from `previous` is not looked at again where this cache knows how that was made.
   */
  readonly cache?: DocumentCache;
}

/** Opaque to callers: create with `createDocumentCache()`, pass to each `load`. Bounded by the files of the last load. */
export interface DocumentCache {
  readonly size: number;
}

export interface LoadResult {
  /** Absent only when there is no usable `guidon.yaml`, new or old. */
  readonly snapshot: Snapshot | undefined;
  /** Sorted by path, line, column, code. */
  readonly findings: readonly Finding[];
  /** Paths whose newest version was refused: they stay at their last good version, or do not exist if there was none. */
  readonly frozen: readonly string[];
  /**
   * Why the revision must wait for a person before it goes live, though it may have no errors at all; empty when it need
   * not, and always for the first revision of a store.
   */
  readonly holds: readonly Hold[];
  /** `rejected`: nothing of the revision could be used. */
  readonly state: 'accepted' | 'partly' | 'rejected';
  /** Where the load knows it: keys and paths of all that can differ from `previous`. Absent: anything can. */
  readonly touched?: Touched;
}

export interface Touched {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
  readonly paths: readonly string[];
}
