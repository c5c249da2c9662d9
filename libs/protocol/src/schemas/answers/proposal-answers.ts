import { z } from 'zod';
import { PROPOSAL_REQUEST_KINDS, PROPOSAL_STATES, type ProposalDocument } from '../../proposals.js';
import { schemaOf } from './schema-of.js';
import { commit, flag, instant, wholeNumber } from './words.js';

export const proposalDocumentSchema = schemaOf<ProposalDocument>()(
  z.object({
    id: z.string(),
    kind: z.enum([...PROPOSAL_REQUEST_KINDS, 'rollback', 'rollout']),
    flag: flag.exactOptional(),
    kill: z.string().exactOptional(),
    rollbackTo: commit.exactOptional(),
    branch: z.string(),
    state: z.enum(PROPOSAL_STATES),
    code: z.string().exactOptional(),
    detail: z.string().exactOptional(),
    actor: z.string(),
    reason: z.string(),
    wantedAt: instant,
    changedAt: instant,
    base: commit.exactOptional(),
    commit: commit.exactOptional(),
    pullRequest: z.object({ number: wholeNumber, url: z.string() }).exactOptional(),
  }),
);
export const proposalListSchema = z.object({ proposals: z.array(proposalDocumentSchema) });
