import { join } from 'node:path';
import { openBranchWriter } from '@guidon/git';
import type { Audit } from '../audit/index.js';
import type { Clock } from '../kernel/clock/index.js';
import type { Config } from '../kernel/config/index.js';
import type { Transactions } from '../kernel/database/index.js';
import type { GitHostAccess } from '../kernel/git-host/index.js';
import type { Idempotency } from '../kernel/idempotency/index.js';
import { fenced, type Leadership } from '../kernel/leadership/index.js';
import type { Log } from '../kernel/log/index.js';
import { ProposalBook } from './proposal-book.js';
import { ProposalFacts } from './proposal-facts.js';
import { ProposalWorker } from './proposal-worker.js';
import { Proposals } from './proposals.js';
import { Proposer } from './proposer.js';

export interface ProposalSurroundings {
  readonly transactions: Transactions;
  readonly audit: Audit;
  readonly idempotency: Pick<Idempotency, 'run'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'dataDir' | 'git' | 'pollSeconds'>;
  readonly host: GitHostAccess | undefined;
  readonly leadership: Pick<Leadership, 'isLeader' | 'assertIn'>;
  readonly makeId: (nowMs: number) => string;
}

export interface ProposalAssembly {
  readonly proposals: Proposals;
  readonly facts: ProposalFacts;
  readonly worker: ProposalWorker;
}

/** Nothing runs yet: `worker.start()` begins. */
export function createProposals(around: ProposalSurroundings): ProposalAssembly {
  const { config, leadership } = around;
  const transactions = fenced(around.transactions, leadership);
  const facts = new ProposalFacts();
  const book = new ProposalBook(around);
  const worker = new ProposalWorker({
    ...around,
    transactions,
    isLeader: () => leadership.isLeader(),
    facts,
    book,
    proposer: new Proposer({ transactions, book }),
    openWriter: () => openBranchWriter(writerOptions(config)),
    folder: config.git.path.replace(/^(\.?\/)+|\/+$/g, '').replace(/^\.$/, ''),
    lookMs: config.pollSeconds * 1000,
  });
  return { facts, worker, proposals: new Proposals({ ...around, facts, wake: () => worker.wake() }) };
}

/** A repository of its own beside the mirror, since each has one owner. */
function writerOptions({ dataDir, git }: ProposalSurroundings['config']) {
  const { url, branch, tokenFile, sshKeyFile, knownHostsFile, caFile } = git;
  return {
    url,
    directory: join(dataDir, 'proposals'),
    ...(branch === undefined ? {} : { branch }),
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(sshKeyFile === undefined ? {} : { sshKeyFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}
