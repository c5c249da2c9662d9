import type { Finding } from '@guidon/engine/model';
import type { SyncDocument } from '@guidon/protocol';
import type { Head, KnownKill, ReplicaNote, RevisionRecord } from '../../catalog/index.js';
import type { UnmergedRollout } from '../../rollout/index.js';

/** An SDK instance as it reported last. */
export interface InstanceNote {
  readonly environment: string;
  readonly instance: string;
  readonly seenAtMs: number;
  readonly generation?: number;
  readonly result?: string;
}

export interface DriftFacts {
  readonly nowMs: number;
  readonly sync: SyncDocument;
  readonly record: RevisionRecord | undefined;
  readonly findings: readonly Finding[];
  readonly heads: readonly Head[];
  /** Since when the heads are what they are, by environment. */
  readonly headTimes: ReadonlyMap<string, number>;
  readonly replicas: readonly ReplicaNote[];
  /** Name of the replica that leads, if known. */
  readonly leader: string | undefined;
  readonly kills: readonly KnownKill[];
  /** Rollouts that have ended while their flag files say something else. */
  readonly ended: readonly UnmergedRollout[];
  readonly instances: readonly InstanceNote[];
}

/** Whole seconds of a duration, never negative: clocks of several servers differ. */
export function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 1000));
}
