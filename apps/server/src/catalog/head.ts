import type { Position } from '@guidon/engine/model';
import { type TakenBack, without } from './taken-back.js';

/**
 * What one revision makes of one environment, whatever its rollouts have reached. Equal hashes are equal content.
 */
export interface Content {
  /** Content hash of the ruleset that it gives without positions. */
  readonly hash: string;
  /** Commit that the content was resolved from. */
  readonly revision: string;
  /** The stored revision that it can be made from again. */
  readonly revisionId: number;
}

export interface WaveStage {
  /** Share of the SDK instances that have the candidate in this stage. */
  readonly percent: number;
  /** The least time in the stage. */
  readonly holdMs: number;
}

/** How far a change has got among the SDK instances of an environment. */
export interface WaveState {
  /** `<environment>.<generation of the candidate>`, unique within a lineage. */
  readonly id: string;
  readonly stages: readonly WaveStage[];
  /** Index of the stage reached. */
  readonly stage: number;
  readonly startedAtMs: number;
  readonly stageSinceMs: number;
  /** Instances that have it although their hash lies above the share: a wave without anybody proves nothing. */
  readonly enlisted: readonly string[];
}

/** The ruleset that some instances get before the others do. */
export interface Candidate extends Content {
  readonly generation: number;
  readonly wave: WaveState;
}

/** Newer content that is not served. */
interface NotServed extends Content {
  /** What a person reads; one sentence each. */
  readonly sentences: readonly string[];
  readonly sinceMs: number;
}

/** Content that nothing speaks against; it follows by itself when the wave or the freeze ends, or the pin is lifted. */
export interface Waiting extends NotServed {
  readonly why: 'wave' | 'pinned' | 'freeze';
  /** When the freeze ends that keeps it back, RFC 3339. */
  readonly until?: string;
  /** A person let it pass in spite of a freeze. */
  readonly throughFreeze?: true;
}

/** Content that only a person's word brings: a revision that is held, or one that a wave took back. */
export interface Held extends NotServed {
  readonly why: 'held' | 'rolled-back';
  /** Hashes of the contents that waves took back and that come again with it. */
  readonly again?: readonly string[];
}

/** "Serve this earlier revision", until Git agrees or a person lifts it. */
export interface Pin extends Content {
  readonly actor: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** A head row: what an environment serves by the word of the database. */
export interface Head extends Content {
  readonly environment: string;
  readonly generation: number;
  /** The project no longer has this environment; whoever has its keys keeps what it served last. */
  readonly removed: boolean;
  readonly candidate?: Candidate;
  readonly waiting?: Waiting;
  readonly held?: Held;
  /** The last ones, the newest last. */
  readonly takenBack?: readonly TakenBack[];
  readonly pin?: Pin;
  /**
   * Where the rollouts of this environment stand, by flag: laid over the content for everybody and the candidate alike. They
   * stay whatever becomes of the content; one of a rollout that the content does not have says nothing. Never empty.
   */
  readonly positions?: readonly Position[];
}

/** Both rulesets of an environment take their generations from one counter, which never goes back. */
export function nextGeneration(head: Head | undefined): number {
  return Math.max(head?.generation ?? 0, head?.candidate?.generation ?? 0) + 1;
}

export function contentOf({ hash, revision, revisionId }: Content): Content {
  return { hash, revision, revisionId };
}

/** The head with other content for everybody, under the next generation; what else was going on is over. */
export function serveToAll(head: Head, content: Content): Head {
  const { environment, removed } = head;
  const kept = { ...without(head.takenBack, [content.hash]), ...positionsOf(head) };
  return { environment, removed, generation: nextGeneration(head), ...contentOf(content), ...kept };
}

/** What goes along with whatever a head serves. */
export function positionsOf({ positions }: Pick<Head, 'positions'>): Pick<Head, 'positions'> {
  return positions === undefined ? {} : { positions };
}

/** What an audit entry says of a head. */
export function headSummary(head: Head): object {
  const { environment, generation, hash, revision, removed, candidate, waiting, held, pin } = head;
  return {
    ...{ environment, generation, hash, revision },
    ...(removed ? { removed } : {}),
    ...(candidate === undefined
      ? {}
      : {
          wave: candidate.wave.id,
          stage: candidate.wave.stage,
          candidate: { generation: candidate.generation, hash: candidate.hash, revision: candidate.revision },
        }),
    ...(waiting === undefined ? {} : { waiting: { why: waiting.why, revision: waiting.revision } }),
    ...(held === undefined ? {} : { held: { why: held.why, revision: held.revision } }),
    ...(pin === undefined ? {} : { pinned: pin.revision }),
  };
}

/** The same environments as they were, for those that were there. */
export function headsBefore(heads: readonly Head[], changed: readonly Head[]): object[] {
  const names = new Set(changed.map(({ environment }) => environment));
  return heads.filter(({ environment }) => names.has(environment)).map(headSummary);
}
