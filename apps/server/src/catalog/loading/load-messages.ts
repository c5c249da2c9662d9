import type { CommitStep, FileChange, FileVersion } from '@guidon/engine/load';
import type {
  Condition,
  Finding,
  Flag,
  Hold,
  Position,
  Project,
  RulesetFlag,
  Segment,
  SourceFile,
} from '@guidon/engine/model';

/** A tree entry without its content, which is sent apart and only once. */
export interface FileRef {
  /** Relative to the flags folder. */
  readonly path: string;
  readonly blob: string;
  readonly entry: NonNullable<SourceFile['entry']>;
}

/** How one tree differs from another, by path. */
export interface FileChanges {
  readonly set: readonly FileRef[];
  readonly gone: readonly string[];
}

export type BlobContent = readonly [blob: string, bytes: Uint8Array];

export type LoadOrder =
  | {
      /** A commit against what is live: transition findings, frozen files. */
      readonly kind: 'judge';
      readonly commit: string;
      readonly nowMs: number;
      /** See `LoadInput.served`; flags that are as in the base are left out. */
      readonly served?: ServedApart;
      /** Where rollouts stand, in every environment. */
      readonly positions?: readonly Position[];
      /** What single commits did and earlier versions say was looked for: what comes out counts. */
      readonly insists?: true;
    }
  | {
      /** The last good versions from the database: they were judged before. */
      readonly kind: 'restore';
      readonly nowMs: number;
      /** Commit that the versions are of. */
      readonly revision: string;
    };

/** Flags as everybody is served them, by environment. */
export type ServedApart = ReadonlyMap<string, ReadonlyMap<string, Flag>>;

/** What one environment becomes. Flags travel in slices. */
export interface EnvironmentDelta {
  readonly environment: string;
  readonly hash: string;
  readonly revision: string;
  /** False: content equal to the base, nothing follows. */
  readonly changed: boolean;
  readonly removedFlags: readonly string[];
  /** `null` removes one. */
  readonly segments: { readonly [key: string]: Condition | null };
}

/** The outcome of a load as a difference from the session's base; the big part follows in slices. */
export interface LoadSummary {
  readonly state: 'accepted' | 'partly' | 'rejected';
  /** Errors first, at most `MOST_FINDINGS`. */
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly frozen: readonly string[];
  /** Why the revision must wait for a person before it goes live. */
  readonly holds: readonly Hold[];
  /** See `LoadResult`: unless the order insists, nothing else of it counts where there is a doubt. */
  readonly doubts: readonly string[];
  readonly wanted: readonly FileVersion[];
  /** Absent when there is no usable project file, new or old, or there is a doubt. */
  readonly content: LoadContent | undefined;
}

/** A heuristic finding that an author let pass, with the reason given in the file. */
export interface Waiver {
  readonly flag: string;
  readonly code: string;
  readonly reason: string;
}

export interface LoadContent {
  /** There was no base: everything is sent. */
  readonly whole: boolean;
  readonly project: Project;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly removedFlags: readonly string[];
  /** Versions that become live, or stop to be (`undefined`), by path. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** That this revision brings in. */
  readonly waivers: readonly Waiver[];
  readonly environments: readonly EnvironmentDelta[];
  readonly sliceCount: number;
}

/** A portion small enough to be received without holding anything else up. */
export type LoadSlice =
  | { readonly kind: 'flags'; readonly flags: readonly (readonly [key: string, flag: Flag])[] }
  | {
      readonly kind: 'ruleset';
      readonly environment: string;
      readonly flags: readonly (readonly [key: string, flag: RulesetFlag])[];
    };

/** Steps of one flag or segment, by its name in `LoadSummary.doubts`. */
export type Recalled = readonly [unit: string, steps: readonly CommitStep[]];

export const MOST_FINDINGS = 1000;

/**
 * What catalog needs from whoever runs `load`; one call at a time, in this order: open* or amend, stage*, run, (recall*, run)*, slice*, adopt or discard.
 */
export interface LoadRunner {
  /** The files of the next load, in portions; the answer names the blobs whose content is missing. */
  open(files: readonly FileRef[], first: boolean): Promise<readonly string[]>;
  /** In place of opening: the files of the last load, changed; for a runner that has not lost them since. */
  amend(changes: FileChanges): Promise<readonly string[]>;
  stage(contents: readonly BlobContent[]): Promise<void>;
  /** How files came to be what is live, oldest first; `afresh` begins with the store's first revision. */
  remember(changes: readonly FileChange[], afresh: boolean): Promise<void>;
  /** For this load alone: what single commits did, and what earlier versions say. */
  recall(commits: readonly Recalled[], contents: readonly BlobContent[]): Promise<void>;
  run(order: LoadOrder): Promise<LoadSummary>;
  slice(index: number): Promise<LoadSlice>;
  /** The outcome is live now: it becomes the base. */
  adopt(): Promise<void>;
  discard(): Promise<void>;
  /** Counts up whenever the runner has lost its base and began anew. */
  epoch(): number;
  close(): Promise<void>;
}
