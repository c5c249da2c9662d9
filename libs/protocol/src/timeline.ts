/** Answer of `GET /api/v1/timeline`: what changed before a moment, the newest first. */
export interface TimelineDocument {
  /** RFC 3339, UTC. */
  readonly around: string;
  /** How far back was looked, RFC 3339, UTC. */
  readonly since: string;
  /**
   * `log`: from the log, so nothing is missing. `memory`: the database is away, and this is what one server still knows: what is
   * served and which kills stand, and nothing of what came in between.
   */
  readonly source: 'log' | 'memory';
  readonly entries: readonly TimelineEntry[];
  /** Only with `memory`: what is served now, since when nobody can say. */
  readonly serving?: readonly TimelineServing[];
  /** Give it as `after` for what is older. Absent: everything within the window was looked at. */
  readonly next?: string;
}

export interface TimelineServing {
  readonly environment: string;
  readonly generation: number;
  /** Commit id. */
  readonly revision: string;
}

export interface TimelineEntry {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly environments: readonly string[];
  /** The first of them, in order; `flagCount` tells how many there are. */
  readonly flags: readonly string[];
  readonly flagCount: number;
  readonly sentence: string;
  /** Files that the commit changed, tests among them. */
  readonly fileCount?: number;
  /** What changed in these, from and to in words; the first of them. */
  readonly changes: readonly TimelineChange[];
  /** How many there are in the first twenty files. */
  readonly changeCount: number;
  /** Whether what applications are served changed by it. */
  readonly touchesServed: boolean;
  readonly actor: string;
  readonly reason: string;
  readonly commit?: string;
  /** Path of the thing's own route, for a GET. */
  readonly link?: string;
}

export interface TimelineChange {
  readonly file: string;
  /** Absent for what belongs to no environment, or to all of them. */
  readonly environment?: string;
  readonly flag?: string;
  /** `serve: off → on`. */
  readonly words: string;
}
