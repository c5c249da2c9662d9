import { hashRuleset } from '@guidon/engine/compile';
import type { Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import { type TestPostgres, temporaryFolder } from '@guidon/testkit';
import { Registry } from 'prom-client';
import { ulid } from 'ulid';
import { DatabaseAudit } from '../src/audit/index.js';
import {
  type CatalogAssembly,
  type CatalogSurroundings,
  createCatalog,
  InlineLoadRunner,
  ReachProbe,
  type RevisionSource,
} from '../src/catalog/index.js';
import type { LiveState } from '../src/catalog/live-state.js';
import { type Clock, SystemClock } from '../src/kernel/clock/index.js';
import { type Database, openDatabase, type StoreClock, storeClock } from '../src/kernel/database/index.js';
import type { GitHostAccess } from '../src/kernel/git-host/index.js';
import { Idempotency } from '../src/kernel/idempotency/index.js';
import { type Leadership, SOLE_LEADER } from '../src/kernel/leadership/index.js';
import { SILENT_LOG } from '../src/kernel/log/index.js';
import { KillSwitch, type KillSwitchParts } from '../src/killswitch/kill-switch.service.js';
import {
  createSync,
  type GitSource,
  openGitSource,
  type SyncAssembly,
  SyncMetrics,
  type SyncRunner,
} from '../src/sync/index.js';
import { checkedEntry } from './checked-entry.js';

/** A store and one replica on it, without HTTP: for specs of features that write to the database. */

export async function openStore(databaseUrl: string | undefined, dataDir?: string): Promise<Database> {
  return openDatabase({
    config: {
      dataDir: dataDir ?? (await temporaryFolder('guidon-store')),
      production: false,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    },
    entities: [],
    clock: new SystemClock(),
    log: SILENT_LOG,
  });
}

/**
 * For specs that are not about the embedded database: PostgreSQL where there is one. The embedded one takes its time to start, and
 * its memory, which stays, makes every process slow that this one begins, which for specs with a Git remote are hundreds.
 */
export async function openQuickStore(postgres: TestPostgres | undefined): Promise<Database> {
  return openStore(postgres === undefined ? undefined : (await postgres.createDatabase()).url);
}

export interface Replica extends CatalogAssembly {
  readonly killSwitch: KillSwitch;
  readonly killSwitchParts: KillSwitchParts;
  readonly reach: ReachProbe;
}

export interface ReplicaOptions {
  readonly leadership?: Leadership;
  readonly isInWave?: CatalogSurroundings['isInWave'];
  /** What freezes go by, for specs that turn that clock; the store's own unless given. */
  readonly storeNowMs?: StoreClock;
}
/** For specs that are about kills alone. */
/** For specs in which nobody needs a second person. */
const NO_APPROVALS: KillSwitchParts['approvals'] = {
  use: () => Promise.reject(new Error('no second person')),
  orAsk: (run) => run(),
};
const NO_PROPOSALS: KillSwitchParts['proposals'] = { wantKill: async () => {}, wake: () => {} };

/** One server's features over an open store; nothing runs by itself until `watcher.start()`. */
export function aReplica(
  database: Database,
  clock: Clock = new SystemClock(),
  { leadership = SOLE_LEADER, isInWave, storeNowMs = storeClock(database, clock) }: ReplicaOptions = {},
): Replica {
  const { transactions, changeSignal: signal } = database;
  const audit = new DatabaseAudit(clock);
  const assembly = createCatalog({
    transactions,
    signal,
    audit,
    clock,
    log: SILENT_LOG,
    leadership,
    storeNowMs,
    runner: new InlineLoadRunner(),
    makeRunner: () => new InlineLoadRunner(),
    ...(isInWave === undefined ? {} : { isInWave }),
  });
  const reach = new ReachProbe();
  const { live, ledger, commits } = assembly;
  const idempotency = new Idempotency(clock);
  const killSwitchParts: KillSwitchParts = {
    live,
    ledger,
    commits,
    reach,
    proposals: NO_PROPOSALS,
    approvals: NO_APPROVALS,
    transactions,
    audit,
    idempotency,
    clock,
    makeId: (nowMs) => ulid(nowMs),
  };
  return { ...assembly, reach, killSwitchParts, killSwitch: new KillSwitch(killSwitchParts) };
}

/** Puts a snapshot into a replica's memory without any revision behind it. */
export function serveSnapshot(live: LiveState, snapshot: Snapshot): void {
  const environments = snapshot.project.environments.map(({ id }) => {
    const ruleset = resolve(snapshot, [], id, 'c'.repeat(40));
    const generation = (live.current(id)?.generation ?? 0) + 1;
    const facts = { generation, hash: hashRuleset(ruleset), snapshot };
    return { environment: id, stable: live.prepare(ruleset, facts), steps: [] };
  });
  const newestHashes = new Map(environments.map((it) => [it.environment, it.stable.hash]));
  live.swap({ lineage: 'lineage', snapshot, newestHashes, environments, forgotten: [] });
}

export const ASKER = {
  keyId: 'ada1',
  subject: { kind: 'break-glass' } as const,
  actor: 'key:ada1/ada@acme.example',
  requestId: 'r-1',
  idempotencyKey: undefined,
} as const;

/** Bodies of the audit log, oldest first, each in the form that its action has. */
export async function auditEntries(database: Database): Promise<Record<string, unknown>[]> {
  const rows = await database.transactions.run((manager) =>
    manager.query('SELECT body FROM audit_entries ORDER BY sequence'),
  );
  return rows.map((row: { body: string }) => checkedEntry(JSON.parse(row.body)));
}

export type SyncingReplica = Replica & Omit<SyncAssembly, 'runner'> & { readonly syncRunner: SyncRunner };

export interface SyncingOptions extends ReplicaOptions {
  readonly clock?: Clock;
  readonly host?: GitHostAccess;
  readonly random?: () => number;
  /** What the source says of a commit, changed for the test. */
  readonly alter?: (revision: RevisionSource) => RevisionSource;
}

/** A replica that follows a Git remote; sync by hand, or `worker.start()`. */
export async function aSyncingReplica(
  database: Database,
  gitUrl: string,
  {
    alter = (revision) => revision,
    clock = new SystemClock(),
    host,
    random = () => 0.5,
    ...options
  }: SyncingOptions = {},
): Promise<SyncingReplica> {
  const replica = aReplica(database, clock, options);
  const dataDir = await temporaryFolder('guidon-mirror');
  const { runner: syncRunner, ...parts } = createSync({
    catalog: replica,
    metrics: new SyncMetrics(new Registry()),
    openSource: async () =>
      altered(await openGitSource({ dataDir, git: { url: gitUrl, path: 'flags' } }), alter),
    sourceName: gitUrl,
    folder: 'flags',
    pollMs: 600_000,
    random,
    host,
  });
  replica.commits.offer(parts.sync);
  return { ...replica, ...parts, syncRunner };
}

function altered(source: GitSource, alter: (revision: RevisionSource) => RevisionSource): GitSource {
  return {
    name: source.name,
    branch: () => source.branch(),
    fetchHead: () => source.fetchHead(),
    changedPaths: (commit) => source.changedPaths(commit),
    provenance: (range) => source.provenance(range),
    readRevision: async (...args) => alter(await source.readRevision(...args)),
  };
}
