import type { Transactions } from '../kernel/database/index.js';
import type { BuiltChange } from './build-change.js';
import { ChangeSource } from './change-source.js';
import { type Change, commitMessage, pullRequestBody, titleOf } from './describe-proposal.js';
import { type DesiredEdits, desiredEdits } from './desired-edits.js';
import type { Look } from './look.js';
import { mustRebuild } from './must-rebuild.js';
import type { Proposal } from './proposal.js';
import { isOurCommit } from './proposal.repository.js';
import type { ProposalBook } from './proposal-book.js';

export interface ProposerParts {
  readonly transactions: Transactions;
  readonly book: ProposalBook;
}

/** Of each proposal; the branch is always at one of the last few. */
const MOST_COMMITS = 50;
const AUTHOR = { name: 'Guidon', email: 'guidon@noreply.invalid' };
const TAKEN =
  'This branch is there already and was not made by Guidon: rename or delete it, then it is tried again.';
const OTHERS = 'Somebody has pushed commits to the branch, so Guidon leaves it as it is.';

const NO_KILL = 'No kill stands any more that it is about.';
const WITHDRAWN: Readonly<Record<Proposal['kind'], string>> = {
  ...{ kill: NO_KILL, archive: NO_KILL, 'extend-expiry': NO_KILL },
  rollout: 'The rollout that it is about has not ended like that any more.',
  rollback: 'No environment is pinned to that commit any more.',
};

/** Brings one proposal a step on: what it wants to say, what the remote and the host have, and what follows. */
export class Proposer {
  private readonly changes = new ChangeSource();

  constructor(private readonly parts: ProposerParts) {}

  async examine(proposal: Proposal, look: Look): Promise<void> {
    if (proposal.leavesBranch) return this.clearAway(proposal, look);
    const desired = desiredEdits(proposal, look.facts);
    if (desired === undefined) return this.withdraw(proposal, look);
    const built = await this.changes.built(proposal.id, desired, look);
    const tip = look.tips.get(proposal.branch);
    if (await this.isOver(proposal, look, { built, tip })) return;
    if (desired.isTakenBack) return this.withdraw(proposal, look);
    const isOurs = tip === undefined || (await this.isOurs(proposal.branch, tip));
    if (!isOurs && !proposal.pushed) return this.fail(proposal, TAKEN);
    if (built.kind === 'conflict') return this.conflict(proposal, built.why);
    if (built.kind === 'done') return;
    if (!isOurs) await this.parts.book.note(proposal.id, { detail: OTHERS });
    const now =
      isOurs && mustRebuild(proposal, { tip, head: look.head, digest: built.digest })
        ? await this.build(proposal, look, { desired, built, tip })
        : proposal;
    await this.openPullRequest(now, look, { desired, built });
  }

  /** The remote takes no push: told once, tried again later. */
  async fail(proposal: Proposal, why: string): Promise<void> {
    if (proposal.state === 'failed' && proposal.detail === why) return;
    const patch = { state: 'failed', code: 'proposal-push-refused' } as const;
    await this.parts.book.turn(proposal, { action: 'fail', why, patch });
  }

  private async withdraw(proposal: Proposal, look: Look): Promise<void> {
    const isClosed = await this.parts.book.turn(proposal, {
      action: 'close',
      why: WITHDRAWN[proposal.kind],
      patch: { state: 'closed', code: null, leavesBranch: true },
      // Whoever presses or pins again from now on finds it closed and wants a new one.
      stillTrue: async (manager) => {
        const desired = desiredEdits(proposal, await look.factsNow(manager));
        return desired === undefined || desired.isTakenBack === true;
      },
    });
    if (isClosed) await this.clearAway(proposal, look);
  }

  private async isOver(
    proposal: Proposal,
    look: Look,
    seen: { built: BuiltChange; tip: string | undefined },
  ): Promise<boolean> {
    const end = await whyOver(proposal, look, seen);
    if (end === undefined) return false;
    await this.parts.book.turn(proposal, {
      action: end.state === 'merged' ? 'merge' : 'close',
      why: end.why,
      patch: { state: end.state, code: null, leavesBranch: end.state === 'merged' && proposal.pushed },
    });
    return true;
  }

  private async conflict(proposal: Proposal, why: string): Promise<void> {
    if (proposal.state === 'conflict' && proposal.detail === why) return;
    const patch = { state: 'conflict', code: 'proposal-conflict' } as const;
    await this.parts.book.turn(proposal, { action: 'conflict', why, patch });
  }

  /** The commit is written down before it is pushed: if we are cut off in between, its branch is known as ours. */
  private async build(
    proposal: Proposal,
    look: Look,
    { desired, built, tip }: { desired: DesiredEdits; built: Change; tip: string | undefined },
  ): Promise<Proposal> {
    const { book } = this.parts;
    const message = commitMessage(proposal, desired);
    const { files, added = new Set<string>(), digest: contentDigest } = built;
    const facts = { parent: look.head, files, added, message, author: AUTHOR, atMs: proposal.wantedAtMs };
    const commit = await look.writer.commit(facts);
    const commits = [...proposal.commits.filter((one) => one !== commit), commit].slice(-MOST_COMMITS);
    await book.note(proposal.id, { commits, base: look.head, contentDigest });
    if (commit !== tip) await look.writer.push(proposal.branch, commit, tip);
    look.tips.set(proposal.branch, commit);
    const isFirst = !proposal.pushed;
    const why = isFirst
      ? 'The branch is pushed.'
      : `The branch is made anew on ${look.head.slice(0, 10)}, since what it stands on has changed.`;
    await book.turn(proposal, {
      action: isFirst ? 'open' : 'rebase',
      why,
      patch: { state: 'open', code: null, commits, pushed: true },
    });
    return { ...proposal, state: 'open', commits, pushed: true };
  }

  private async openPullRequest(
    proposal: Proposal,
    { host, writer }: Look,
    { desired, built }: { desired: DesiredEdits; built: Change },
  ): Promise<void> {
    if (host === undefined || proposal.pull !== undefined) return;
    const pull = await host.openProposal({
      branch: proposal.branch,
      into: writer.branch(),
      title: titleOf(proposal, desired),
      body: pullRequestBody(proposal, desired, built),
    });
    const detail = 'The branch is pushed and the pull request open.';
    await this.parts.book.note(proposal.id, {
      pullNumber: pull.number,
      pullUrl: pull.url,
      detail,
      code: null,
    });
  }

  /** After the end: our pull request is closed and our branch goes; what people pushed to it stays. */
  private async clearAway({ id, branch, pull }: Proposal, { host, writer, tips }: Look): Promise<void> {
    if (pull !== undefined) await host?.closeProposal(pull.number);
    const tip = tips.get(branch);
    if (tip !== undefined && (await this.isOurs(branch, tip))) {
      await writer.drop(branch, tip);
      tips.delete(branch);
    }
    await this.parts.book.note(id, { leavesBranch: false });
  }

  private isOurs(branch: string, tip: string): Promise<boolean> {
    return this.parts.transactions.run((manager) => isOurCommit(manager, branch, tip));
  }
}

/** Why there is nothing more to do: Git says so, or a person has ended it. */
async function whyOver(
  { pushed, pull }: Proposal,
  { host, head }: Look,
  { built, tip }: { built: BuiltChange; tip: string | undefined },
): Promise<{ state: 'merged' | 'closed'; why: string } | undefined> {
  if (built.kind === 'done')
    return { state: 'merged', why: built.why ?? `The tracked branch says so at ${head.slice(0, 10)}.` };
  const state = pull === undefined ? undefined : await host?.proposalState(pull.number);
  if (state === 'merged') return { state, why: 'The pull request was merged.' };
  if (state === 'closed') return { state, why: 'The pull request was closed at the host.' };
  if (pushed && tip === undefined) return { state: 'closed', why: 'The branch was deleted at the remote.' };
  return undefined;
}
