import { z } from 'zod';
import { PROPOSAL_REQUEST_KINDS } from '../proposals.js';

const name = z.string().min(1).max(128);

/** Body of `POST /api/v1/proposals`. Nothing is coerced, stripped or defaulted. */
export const proposalRequestSchema = z
  .strictObject({
    kind: z.enum(PROPOSAL_REQUEST_KINDS, { error: `must be one of ${PROPOSAL_REQUEST_KINDS.join(', ')}` }),
    flag: name,
    until: z.iso.date('a day such as 2027-02-01').max(10).optional(),
    serve: name.optional(),
    reason: z.string().trim().min(3, 'say why, in at least 3 characters').max(1000),
  })
  .superRefine(({ kind, until, serve }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (kind === 'extend-expiry' && until === undefined)
      refuse('until', 'say until which day, e.g. "2027-02-01"');
    if (kind !== 'extend-expiry' && until !== undefined) refuse('until', 'belongs to extend-expiry only');
    if (kind !== 'archive' && serve !== undefined) refuse('serve', 'belongs to archive only');
  })
  .meta({ description: '`until` goes with extend-expiry and nothing else, `serve` with archive.' });
