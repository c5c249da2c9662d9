import { type FakeClock, type GitRemote, projectFile } from '@guidon/testkit';
import { Registry } from 'prom-client';
import { ulid } from 'ulid';
import { ReplicaBoard } from '../src/catalog/index.js';
import { hasCandidate } from '../src/catalog/wave-membership.js';
import type { Clock } from '../src/kernel/clock/index.js';
import type { Database } from '../src/kernel/database/index.js';
import { Idempotency } from '../src/kernel/idempotency/index.js';
import { type Leadership, SOLE_LEADER } from '../src/kernel/leadership/index.js';
import { SILENT_LOG } from '../src/kernel/log/index.js';
import type { News } from '../src/notifications/index.js';
import { Proposals } from '../src/proposals/index.js';
import { createRollouts, type RolloutAssembly } from '../src/rollout/create-rollouts.js';
import {
  readFeed,
  readRollout,
  type StoredEvent,
  type StoredRollout,
} from '../src/rollout/rollout.repository.js';
import { createUsage, type Usage } from '../src/usage/index.js';
import { aSyncingReplica, type SyncingReplica } from './store-kit.js';

/** A replica that moves rollouts, without HTTP; nothing runs by itself. */
export interface RollingReplica extends SyncingReplica {
  readonly rollouts: RolloutAssembly;
  readonly usage: Usage;
  readonly replicaBoard: ReplicaBoard;
  /** What receivers would be told, oldest first. */
  readonly told: readonly News[];
  readonly registry: Registry;
}

export interface RollingOptions {
  readonly clock: Clock;
  readonly leadership?: Leadership;
  readonly name?: string;
  /** Answers the queries of external guards. */
  readonly prometheus?: Parameters<typeof createRollouts>[0]['prometheus'];
}

export async function aRollingReplica(
  database: Database,
  remote: GitRemote,
  { clock, leadership = SOLE_LEADER, name = 'server-1', prometheus }: RollingOptions,
): Promise<RollingReplica> {
  const replica = await aSyncingReplica(database, remote.url, { clock, leadership, isInWave: hasCandidate });
  const { transactions, live, reach, audit } = replica;
  const usage = createUsage({ transactions, clock, log: SILENT_LOG, registry: new Registry() });
  const board = new ReplicaBoard({ transactions, live, reach, clock, id: name, role: 'all' });
  const proposals = new Proposals({
    ...{ transactions, audit, clock, log: SILENT_LOG },
    idempotency: new Idempotency(clock),
    facts: {} as never,
    makeId: (nowMs) => ulid(nowMs),
    wake: () => undefined,
  });
  const told: News[] = [];
  const registry = new Registry();
  const rollouts = createRollouts({
    registry,
    ...{
      catalog: replica,
      usage: usage.store,
      windows: usage.guards,
      replicas: board,
      proposals,
      prometheus,
      notifications: { tell: async (_manager, news) => `${told.push(news)}` },
    },
  });
  await replica.sync.sync();
  return { ...replica, rollouts, usage, replicaBoard: board, told, registry };
}

/** Looks once every five seconds of the clock for so long. */
export async function lookFor(replica: RollingReplica, clock: FakeClock, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    clock.advance(5_000);
    await replica.replicaBoard.note();
    await replica.rollouts.looks.look();
  }
}

export const ROLLOUT = { environment: 'production', flag: 'a' } as const;

export async function rolloutRow(database: Database): Promise<StoredRollout> {
  const row = await database.transactions.run((manager) => readRollout(manager, ROLLOUT));
  if (row === undefined) throw new Error('There is no rollout.');
  return row;
}

export function rolloutEvents(database: Database): Promise<readonly StoredEvent[]> {
  return database.transactions.run((manager) => readFeed(manager, { after: 0, limit: 1000 }));
}

/** A project whose production is not protected, so that stages may be short. */
export const OPEN_PROJECT = projectFile().replace('id: production, protected: true', 'id: production');

export interface RolloutText {
  readonly stages?: readonly string[];
  /** Further fields of the plan, as YAML in braces would have them. */
  readonly plan?: string;
  readonly serve?: 'on' | 'off';
}

export const STAGES = [
  '{ id: some, percent: 5, hold: 1m }',
  '{ id: half, percent: 50, hold: 1m }',
  '{ id: full, percent: 100, hold: 1m }',
] as const;

/** A flag that rolls out in production. */
export function rollingFlag({ stages = STAGES, plan = '', serve = 'off' }: RolloutText = {}): string {
  return `type: release
owner: payments
description: A flag that rolls out
expires: 2099-12-31
safe: off
environments:
  development: on
  production:
    rollout: { to: on, plan: { stages: [${stages.join(', ')}]${plan} } }
    serve: ${serve}
`;
}
