import type { ProposalRequest } from '@guidon/protocol';
import { DomainError } from '../kernel/problem/index.js';
import { branchOf } from './branch-of.js';
import type { ProposalEdit, WantedProposal } from './proposal.js';
import type { FlagFact, FlagFacts } from './proposal-facts.js';

/** What a person asks for, checked against what is live; throws a `DomainError`. */
export function draftRequest(
  request: ProposalRequest,
  flags: FlagFacts | undefined,
): Omit<WantedProposal, 'id' | 'actor' | 'wantedAtMs'> {
  const { kind, flag, reason } = request;
  if (flags === undefined || flags.environments().length === 0)
    throw new DomainError('snapshot-unavailable', {
      detail: 'No flag has been loaded yet. Try again when the server is ready.',
      retryAfterSeconds: 2,
    });
  const fact = flags.find(flag);
  if (fact === undefined) throw unknownFlag(flag, flags);
  const edit = editOf(request, fact);
  return { kind, subject: flag, aboutKill: false, branch: branchOf(kind, flag), edit, reason };
}

function editOf({ kind, flag, until, serve }: ProposalRequest, fact: FlagFact): ProposalEdit {
  if (kind === 'kill') return { byHand: true };
  if (fact.isArchived) throw invalid('/flag', `"${flag}" is archived already.`);
  if (kind === 'extend-expiry') return { byHand: true, until: until ?? '' };
  const stays = serve ?? fact.servedEverywhere;
  const choice = fact.variants.join(', ');
  if (stays === undefined)
    throw invalid('/serve', `"${flag}" serves more than one variant; say which one stays: ${choice}.`);
  if (!fact.variants.includes(stays))
    throw invalid('/serve', `"${flag}" has no such variant; it has ${choice}.`);
  return { byHand: true, serve: stays };
}

function invalid(pointer: string, sentence: string): DomainError {
  const detail = 'One thing is wrong with the request.';
  return new DomainError('request-invalid', { detail, violations: [{ pointer, sentence }] });
}

function unknownFlag(flag: string, flags: FlagFacts): DomainError {
  const near = flags.near(flag).map((key) => `"${key}"`);
  const hint = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  return new DomainError('flag-not-found', { detail: `No flag has the key "${flag.slice(0, 128)}".${hint}` });
}
