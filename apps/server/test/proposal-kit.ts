import { type GitRemote, runGit, temporaryFolder } from '@guidon/testkit';
import { ulid } from 'ulid';
import { type Clock, SystemClock } from '../src/kernel/clock/index.js';
import type { Config } from '../src/kernel/config/index.js';
import type { Database } from '../src/kernel/database/index.js';
import { Idempotency } from '../src/kernel/idempotency/index.js';
import { SOLE_LEADER } from '../src/kernel/leadership/index.js';
import { SILENT_LOG } from '../src/kernel/log/index.js';
import { flagFacts } from '../src/killswitch/flag-facts.js';
import { killFacts } from '../src/killswitch/kill-facts.js';
import { KillSwitch } from '../src/killswitch/kill-switch.service.js';
import { createProposals, type ProposalAssembly, type ProposalSurroundings } from '../src/proposals/index.js';
import { aSyncingReplica } from './store-kit.js';

type Syncing = Awaited<ReturnType<typeof aSyncingReplica>>;

export interface ProposingReplica extends Omit<Syncing, 'worker'>, ProposalAssembly {
  readonly config: ProposalSurroundings['config'];
  /** One look at everything that is under way. */
  look(): Promise<void>;
}

export interface ProposingOptions {
  readonly clock?: Clock;
  readonly host?: ProposalSurroundings['host'];
  /** Of a server that ended; its repository is taken over. */
  readonly config?: ProposalSurroundings['config'];
  readonly isLeader?: () => boolean;
  readonly git?: Partial<Config['git']>;
}

/** A replica that has synced and whose presses want proposals; nothing runs by itself. */
export async function aProposingReplica(
  database: Database,
  gitUrl: string,
  options: ProposingOptions = {},
): Promise<ProposingReplica> {
  const replica = await aSyncingReplica(database, gitUrl);
  const clock = options.clock ?? new SystemClock();
  const config = options.config ?? {
    dataDir: await temporaryFolder('guidon-proposals'),
    git: { url: gitUrl, path: 'flags', ...options.git },
    pollSeconds: 15,
  };
  const { proposals, facts, worker } = createProposals({
    transactions: database.transactions,
    audit: replica.audit,
    idempotency: new Idempotency(clock),
    clock,
    log: SILENT_LOG,
    config,
    host: options.host,
    leadership: { ...SOLE_LEADER, isLeader: options.isLeader ?? (() => true) },
    makeId: (nowMs) => ulid(nowMs),
  });
  facts.offerKills(killFacts(replica.ledger));
  facts.offerFlags(flagFacts(replica.live));
  facts.offerPins(replica.pins);
  replica.pins.offer(proposals);
  await replica.sync.sync();
  const killSwitchParts = { ...replica.killSwitchParts, proposals };
  const killSwitch = new KillSwitch(killSwitchParts);
  return {
    ...replica,
    proposals,
    facts,
    worker,
    config,
    killSwitch,
    killSwitchParts,
    look: () => worker.look(true),
  };
}

/** What `git diff --stat` says of a branch against the tracked one, on the remote itself. */
export function diffStat(remote: GitRemote, branch: string): Promise<string> {
  return runGit(remote.folder, ['diff', '--stat', `${remote.branch}...${branch}`]);
}

export function branches(remote: GitRemote): Promise<string[]> {
  return runGit(remote.folder, ['for-each-ref', '--format=%(refname:short)', 'refs/heads']).then((text) =>
    text.split('\n').filter((name) => name !== remote.branch),
  );
}
