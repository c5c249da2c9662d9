import type { GitHost, Proposal, ProposalRequest } from './git-host.js';
import { HostError } from './host-error.js';

/**
 * Opens a proposal unless one is open. Somebody may open it between the look and the call; then the host says conflict, and
 * the second look finds it.
 */
export async function openOnce(
  host: Pick<GitHost, 'findProposal'>,
  { branch, into }: ProposalRequest,
  open: () => Promise<Proposal>,
): Promise<Proposal> {
  const found = await host.findProposal(branch, into);
  if (found !== undefined) return found;
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof HostError) || cause.kind !== 'conflict') throw cause;
    const other = await host.findProposal(branch, into);
    if (other === undefined) throw cause;
    return other;
  }
}
