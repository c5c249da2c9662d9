/** Body of `GET /api/v1/drift`: whether what was merged is what is being served, and if not, where and why. */
export interface DriftDocument {
  readonly at: string;
  readonly inSync: boolean;
  /** One sentence for each way in which what is served differs from what Git says; the worst first. */
  readonly reasons: readonly string[];
  /** The tracked branch, as it was seen last. */
  readonly desired: { readonly branch: string; readonly commit?: string; readonly seenSecondsAgo?: number };
  /** The newest revision that was judged. */
  readonly judged?: {
    readonly commit: string;
    readonly state: 'accepted' | 'partly' | 'held' | 'rejected';
    readonly secondsAgo: number;
    readonly holds: readonly { readonly kind: string; readonly sentence: string }[];
  };
  readonly environments: readonly DriftEnvironment[];
  /** Those that the project has no longer. Absent from a server of an earlier version. */
  readonly removed?: readonly RemovedEnvironment[];
  readonly replicas: readonly DriftReplica[];
  /** SDK instances that were heard of lately. */
  readonly instances: DriftInstances;
  /** Files that stay at their last good version, with what is wrong with the newer one. */
  readonly quarantined: readonly {
    readonly path: string;
    readonly findings: readonly { readonly line: number; readonly code: string; readonly sentence: string }[];
  }[];
  /** What is served because a person said so, and Git does not know. */
  readonly overrides: readonly {
    /** `rollout`: it has ended, and its flag file does not say so yet. */
    readonly kind: 'kill' | 'pin' | 'rollout';
    readonly id: string;
    readonly environments: readonly string[];
    readonly flags?: number;
    readonly actor?: string;
    readonly reason?: string;
    readonly sinceSeconds?: number;
  }[];
}

/** An environment that the project has no longer, while whoever has its keys keeps what it served last. */
export interface RemovedEnvironment {
  readonly environment: string;
  readonly generation: number;
  /** Commit that what it serves was made from. */
  readonly revision: string;
  /** SDK streams that the servers held in it a few seconds ago; absent where the database could not be asked. */
  readonly streams?: number;
}

export interface DriftEnvironment {
  readonly environment: string;
  readonly generation: number;
  /** Commit that the stable ruleset was made from. */
  readonly revision: string;
  readonly inSync: boolean;
  readonly wave?: {
    readonly id: string;
    readonly revision: string;
    readonly generation: number;
    /** From 1. */
    readonly stage: number;
    readonly stages: number;
    readonly percent: number;
    readonly sinceSeconds: number;
  };
  /** Newer content that follows by itself when the wave or the freeze ends, or the pin is lifted. */
  readonly waiting?: DriftContent & {
    readonly why: 'wave' | 'pinned' | 'freeze';
    /** When the freeze ends, RFC 3339. */
    readonly until?: string;
  };
  /** Newer content that only a person's word brings. */
  readonly held?: DriftContent & { readonly why: 'held' | 'rolled-back' };
}

/** Content that is not served. */
export interface DriftContent {
  readonly revision: string;
  readonly sentences: readonly string[];
  readonly sinceSeconds: number;
}

export interface DriftReplica {
  readonly id: string;
  readonly role: string;
  readonly leads: boolean;
  readonly seenSecondsAgo: number;
  readonly served: readonly { readonly environment: string; readonly generation: number }[];
  /** It serves an older generation than the database knows. */
  readonly behind: boolean;
}

export interface DriftInstances {
  readonly known: number;
  /** By environment and generation that they have applied. */
  readonly generations: readonly {
    readonly environment: string;
    readonly generation: number;
    readonly instances: number;
    /** That this generation is one of those served now. */
    readonly current: boolean;
  }[];
  /** Those that lag or refused what they were given, at most 100 by name. */
  readonly lagging: readonly {
    readonly environment: string;
    readonly instance: string;
    readonly generation?: number;
    readonly result?: string;
    readonly seenSecondsAgo: number;
  }[];
}
