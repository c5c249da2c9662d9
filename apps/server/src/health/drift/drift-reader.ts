import type { DriftDocument } from '@guidon/protocol';
import type { CatalogService, KillLedger, ReplicaBoard } from '../../catalog/index.js';
import type { Clock } from '../../kernel/clock/index.js';
import type { Leadership } from '../../kernel/leadership/index.js';
import type { Rollouts } from '../../rollout/index.js';
import type { SyncService } from '../../sync/index.js';
import type { SdkInstance, UsageStore } from '../../usage/index.js';
import { agedDrift } from './aged-drift.js';
import { assessDrift } from './assess-drift.js';
import type { InstanceNote } from './drift-facts.js';

export interface DriftReaderParts {
  readonly catalog: CatalogService;
  readonly ledger: KillLedger;
  readonly board: ReplicaBoard;
  readonly sync: SyncService;
  readonly usage: UsageStore;
  readonly leadership: Leadership;
  readonly rollouts: Pick<Rollouts, 'unmerged'>;
  readonly clock: Clock;
}

/** Collects what the truth surface is made of. Reads the database; probes use what was read last. */
export class DriftReader {
  private last: DriftDocument | undefined;

  constructor(private readonly parts: DriftReaderParts) {}

  /** What was read last, for whoever must not wait, with its ages as they are by now. */
  latest(): DriftDocument | undefined {
    return this.last === undefined ? undefined : agedDrift(this.last, this.parts.clock.nowMs());
  }

  async read(): Promise<DriftDocument> {
    const { board, ledger, catalog, clock, sync, leadership } = this.parts;
    const [{ notes, headTimes }, kills] = await Promise.all([board.read(), ledger.list()]);
    const ended = await this.parts.rollouts.unmerged();
    const { record, findings } = catalog.newest();
    this.last = assessDrift({
      nowMs: clock.nowMs(),
      sync: await sync.status(),
      ...{ record, findings, headTimes, kills, ended },
      replicas: notes,
      heads: catalog.knownHeads(),
      leader: leadership.isLeader() ? board.name : leadership.leader()?.holder,
      instances: await this.instances(),
    });
    return this.last;
  }

  private async instances(): Promise<readonly InstanceNote[]> {
    const { catalog, usage } = this.parts;
    const environments = catalog.knownHeads().map(({ environment }) => environment);
    const known = await Promise.all(
      environments.map(async (environment) =>
        (await usage.instances(environment)).map((instance) => noteOf(environment, instance)),
      ),
    );
    return known.flat();
  }
}

function noteOf(
  environment: string,
  { instance, lastSeenMs, applied, refused, closed }: SdkInstance,
): InstanceNote {
  const generation = applied?.generation;
  const isRefused = refused !== undefined && refused.generation >= (generation ?? 0);
  return {
    ...{ environment, instance },
    // One that said goodbye is gone, however lately.
    seenAtMs: closed ? 0 : lastSeenMs,
    ...(generation === undefined ? {} : { generation }),
    ...(isRefused ? { result: refused.result } : generation === undefined ? {} : { result: 'applied' }),
  };
}
