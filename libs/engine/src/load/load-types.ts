import type { Finding, Flag, Hold, Position, Snapshot, SourceFile } from '../model/index.js';

export interface LoadInput {
  /** Every file below the flags folder at one revision. */
  readonly files: readonly SourceFile[];
  /** What is live: the newest good version of every file. Absent: the first revision of an empty store (baseline). */
  readonly previous?: Snapshot;
  /** `path:blob` of versions that were live at any time before; those are never refused by transition findings. */
  readonly liveBefore?: ReadonlySet<string>;
  /** How flags and segments came to be what is live. With it, a change is known as a way back by what it means. */
  readonly past?: Past;
  /**
   * Where rollouts stand. A finished one counts as 100 percent when its last line takes over (sentence 16), and a
   * running one may not be changed (sentence 35). Absent: no rollout has begun.
   */
  readonly positions?: readonly Position[];
  /**
   * Nobody here knows where rollouts stand, as in a checkout. A rollout that is taken out with its target as the last line
   * counts as finished then, since that is how one is finished; a server judges by `positions`.
   */
  readonly positionsUnknown?: true;
  /**
   * By protected environment, flags as everybody is served them there, where that is not `previous`: a wave, a hold or a
   * pin keeps the newest back. A share that grows is measured by them.
   */
  readonly served?: ReadonlyMap<string, ReadonlyMap<string, Flag>>;
  /** The current time, for expiry warnings and freezes. */
  readonly nowMs: number;
  /**
   * Parsed documents and what earlier loads found, kept by the caller between loads: an unchanged blob is not parsed
   * again, and what does not differ from `previous` is not looked at again where this cache knows how that was made.
   */
  readonly cache?: DocumentCache;
}

export interface FileVersion {
  readonly path: string;
  readonly blob: string;
}

/** What one accepted revision made of a flag or a segment; without `from` it came with it, without `to` it went. */
export interface FileStep {
  readonly revision: string;
  readonly from: FileVersion | undefined;
  readonly to: FileVersion | undefined;
}

/** What one commit made of it, whether or not it was ever judged by itself. */
export interface CommitStep extends FileStep {
  /** Both versions count as having been live: the commit lies before the baseline. */
  readonly live: boolean;
}

export interface Past {
  /** Oldest first, by `flag:<key>` or `segment:<key>`; nothing that the baseline brought. `LiveHistory` is one. */
  stepsOf(unit: string): readonly FileStep[];
  /** What single commits did to it, in any order; needed only for `LoadResult.doubts`. `stepsOfCommits` makes them. */
  commitsOf?(unit: string): readonly CommitStep[];
  /** Content of a blob that was live once, where it is at hand; otherwise `LoadResult.wanted` may ask for it. */
  textOf?(blob: string): Uint8Array | undefined;
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
  /** Flags and segments of which something jumps or goes, so that what single commits did to them might matter. */
  readonly doubts: readonly string[];
  /**
   * Earlier versions whose texts `past` lacked although they might silence a finding or a hold. Loading once more with
   * them gives the judgement that counts; without them it is the stricter one.
   */
  readonly wanted: readonly FileVersion[];
  /** What would have been refused but for a waiver, of versions that changed. The waiver may be older than the change. */
  readonly waived: readonly Waived[];
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

export interface Waived {
  readonly flag: string;
  readonly path: string;
  readonly code: string;
  /** Of the finding that was let pass. */
  readonly sentence: string;
  /** Of the waiver. */
  readonly reason: string;
}
