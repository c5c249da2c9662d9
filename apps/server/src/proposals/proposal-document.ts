import type { ProposalDocument } from '@guidon/protocol';
import type { Proposal } from './proposal.js';

/** A proposal as the API shows it. */
export function proposalDocument(proposal: Proposal): ProposalDocument {
  const { id, kind, subject, aboutKill, branch, state, code, detail, actor, reason, pull } = proposal;
  const about =
    kind === 'rollback' ? { rollbackTo: subject } : aboutKill ? { kill: subject } : { flag: subject };
  const commit = proposal.pushed ? proposal.commits.at(-1) : undefined;
  return {
    ...{ id, kind, branch, state, actor, reason },
    ...about,
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
    wantedAt: new Date(proposal.wantedAtMs).toISOString(),
    changedAt: new Date(proposal.changedAtMs).toISOString(),
    ...(commit === undefined ? {} : { commit }),
    ...(commit === undefined || proposal.base === undefined ? {} : { base: proposal.base }),
    ...(pull === undefined ? {} : { pullRequest: pull }),
  };
}
