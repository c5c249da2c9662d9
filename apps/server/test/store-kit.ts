import { compile, hashRuleset } from '@guidon/engine/compile';
import type { Snapshot } from '@guidon/engine/model';
import { resolve } from '@guidon/engine/resolve';
import { temporaryFolder } from '@guidon/testkit';
import { ulid } from 'ulid';
import { DatabaseAudit } from '../src/audit/index.js';
import { type CatalogAssembly, createCatalog, InlineLoadRunner, ReachProbe } from '../src/catalog/index.js';
import type { LiveState } from '../src/catalog/live-state.js';
import { type Clock, SystemClock } from '../src/kernel/clock/index.js';
import { type Database, openDatabase } from '../src/kernel/database/index.js';
import { Idempotency } from '../src/kernel/idempotency/index.js';
import { SILENT_LOG } from '../src/kernel/log/index.js';
import { KillSwitch, type KillSwitchParts } from '../src/killswitch/kill-switch.service.js';
import { openGitSource, SyncService } from '../src/sync/index.js';

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

export interface Replica extends CatalogAssembly {
  readonly killSwitch: KillSwitch;
  readonly killSwitchParts: KillSwitchParts;
  readonly reach: ReachProbe;
}

/** For specs that are about kills alone. */
const NO_PROPOSALS: KillSwitchParts['proposals'] = { wantKill: async () => {}, wake: () => {} };

/** One server's features over an open store; nothing runs by itself until `watcher.start()`. */
export function aReplica(database: Database, clock: Clock = new SystemClock()): Replica {
  const { transactions, changeSignal: signal } = database;
  const audit = new DatabaseAudit(clock);
  const assembly = createCatalog({
    transactions,
    signal,
    audit,
    clock,
    log: SILENT_LOG,
    runner: new InlineLoadRunner(),
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
    transactions,
    audit,
    idempotency,
    clock,
    makeId: (nowMs) => ulid(nowMs),
  };
  return { ...assembly, reach, killSwitchParts, killSwitch: new KillSwitch(killSwitchParts) };
}

/** Puts a snapshot into a replica's memory without any revision behind it. */
export function serveSnapshot(live: LiveState, snapshot: Snapshot, generation = 1): void {
  const rulesets = snapshot.project.environments.map(({ id }) => {
    const ruleset = resolve(snapshot, [], id, 'c'.repeat(40));
    const facts = { generation, hash: hashRuleset(ruleset), patch: undefined };
    return { ruleset, ...facts, view: compile(ruleset, { generation, killed: new Set() }) };
  });
  live.swap({ lineage: 'lineage', snapshot, rulesets, removed: [] });
}

export const ASKER = {
  keyId: 'ada1',
  actor: 'key:ada1/ada@acme.example',
  requestId: 'r-1',
  idempotencyKey: undefined,
} as const;

/** Bodies of the audit log, oldest first. */
export async function auditEntries(database: Database): Promise<Record<string, unknown>[]> {
  const rows = await database.transactions.run((manager) =>
    manager.query('SELECT body FROM audit_entries ORDER BY sequence'),
  );
  return rows.map((row: { body: string }) => JSON.parse(row.body));
}

/** A replica that follows a Git remote; sync by hand. */
export async function aSyncingReplica(
  database: Database,
  gitUrl: string,
): Promise<Replica & { sync: SyncService }> {
  const replica = aReplica(database);
  const dataDir = await temporaryFolder('guidon-mirror');
  const sync = new SyncService({
    catalog: replica.catalog,
    live: replica.live,
    clock: new SystemClock(),
    log: SILENT_LOG,
    openSource: () => openGitSource({ dataDir, git: { url: gitUrl, path: 'flags' } }),
    sourceName: gitUrl,
  });
  replica.commits.offer(sync);
  return { ...replica, sync };
}
