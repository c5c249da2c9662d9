import type { BranchWriter } from '@guidon/git';
import type { GitHost } from '@guidon/git/hosts';
import type { EntityManager } from 'typeorm';
import type { DesireFacts } from './desired-edits.js';

/** What one look at all proposals has in common. */
export interface Look {
  readonly writer: BranchWriter;
  /** Newest commit of the tracked branch. */
  readonly head: string;
  /** Where our branches are at the remote; kept current with what is pushed and dropped on the way. */
  readonly tips: Map<string, string>;
  readonly folder: string;
  readonly host: GitHost | undefined;
  /** As it was at the beginning of the look. */
  readonly facts: DesireFacts;
  readonly factsNow: (manager: EntityManager) => Promise<DesireFacts>;
  readonly nowMs: number;
}
