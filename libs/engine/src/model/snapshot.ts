import type { Flag, JsonValue } from './flag.js';
import type { Project, Segment } from './project.js';

export interface FlagTestCase {
  readonly name: string;
  readonly context: { readonly [attribute: string]: JsonValue };
  readonly nowMs?: number;
  /** A stage id, or `done`; absent: the rollout has not begun. */
  readonly stage?: string;
  /** Pinned variants of other flags. */
  readonly flags: ReadonlyMap<string, string>;
  readonly expect: ReadonlyMap<string, { readonly variant: string; readonly rule?: string }>;
  /** Line of the case in its file, for messages. */
  readonly line: number;
}

export interface FlagTests {
  readonly path: string;
  readonly cases: readonly FlagTestCase[];
}

/** Which version of a file a snapshot is made of; `frozen` when the newest version was refused. */
export interface SnapshotFile {
  readonly path: string;
  readonly blob: string;
  readonly frozen: boolean;
}

/** The newest good version of every file as of a revision: validated, consistent, immutable. */
export interface Snapshot {
  readonly project: Project;
  readonly segments: ReadonlyMap<string, Segment>;
  readonly flags: ReadonlyMap<string, Flag>;
  /** By flag key. */
  readonly tests: ReadonlyMap<string, FlagTests>;
  /** By path; every file that contributes to this snapshot. */
  readonly files: ReadonlyMap<string, SnapshotFile>;
}
