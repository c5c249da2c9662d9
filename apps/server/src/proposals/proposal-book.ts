import type { EntityManager } from 'typeorm';
import type { Audit, AuditEvent } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { Proposal } from './proposal.js';
import { type ProposalPatch, updateProposal } from './proposal.repository.js';

export interface ProposalBookParts {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly clock: Clock;
}

export interface Turn {
  readonly action: 'open' | 'rebase' | 'merge' | 'close' | 'conflict' | 'fail';
  /** Why, in one sentence; it becomes the row's detail and the entry's reason. */
  readonly why: string;
  readonly patch: ProposalPatch;
  /** Asked under the lock of the audit head; a false undoes everything. */
  readonly stillTrue?: (manager: EntityManager) => Promise<boolean>;
}

/** Thrown inside a transaction to undo it. */
class Overtaken extends Error {}

const ACTOR = 'system:proposals';

/** Writes what the worker found. No Git and no host is called while a transaction is open. */
export class ProposalBook {
  constructor(private readonly parts: ProposalBookParts) {}

  /** What is no change of state: when to look again, what was tried. */
  async note(id: string, patch: ProposalPatch): Promise<void> {
    await this.parts.transactions.run((manager) => updateProposal(manager, id, patch));
  }

  /** A change of state with its audit entry; false when it was true no more. */
  async turn(proposal: Proposal, { action, why, patch, stillTrue }: Turn): Promise<boolean> {
    const { transactions, audit, clock } = this.parts;
    try {
      await transactions.run(async (manager) => {
        const { id, kind, subject, branch } = proposal;
        const commit = patch.commits?.at(-1) ?? proposal.commits.at(-1);
        await audit.append(manager, {
          action: `proposal.${action}`,
          actor: ACTOR,
          reason: why,
          subject: {
            proposal: id,
            kind,
            subject,
            branch,
            ...(commit === undefined ? {} : { proposed: commit }),
          },
          ...statesOf(proposal, patch),
        });
        if (stillTrue !== undefined && !(await stillTrue(manager))) throw new Overtaken();
        await updateProposal(manager, id, { detail: why, changedAtMs: clock.nowMs(), ...patch });
      });
      return true;
    } catch (error) {
      if (error instanceof Overtaken) return false;
      throw error;
    }
  }
}

/** Where it stood and stands, with the pull request where there is one. */
function statesOf(
  { kind, subject, aboutKill, state, pull }: Proposal,
  patch: ProposalPatch,
): Pick<AuditEvent, 'before' | 'after' | 'pullRequests' | 'flags'> {
  const number = patch.pullNumber ?? pull?.number;
  const url = patch.pullUrl ?? pull?.url;
  return {
    before: { state, ...(pull === undefined ? {} : { pullRequest: pull.number }) },
    after: { state: patch.state ?? state, ...(number === undefined ? {} : { pullRequest: number }) },
    ...(number === undefined
      ? {}
      : { pullRequests: [{ id: `#${number}`, ...(url === undefined ? {} : { url }) }] }),
    ...(aboutKill || kind === 'rollback' ? {} : { flags: [subject] }),
  };
}
