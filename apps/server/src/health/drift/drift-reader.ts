import type { DriftDocument } from '@guidon/protocol';
import { Inject, Injectable } from '@nestjs/common';
import { CatalogService, KillLedger, ReplicaBoard } from '../../catalog/index.js';
import { CLOCK, type Clock } from '../../kernel/clock/index.js';
import { LEADERSHIP, type Leadership } from '../../kernel/leadership/index.js';
import { SyncService } from '../../sync/index.js';
import { assessDrift } from './assess-drift.js';

/** Collects what the truth surface is made of. Reads the database; probes use what was read last. */
@Injectable()
export class DriftReader {
  private last: DriftDocument | undefined;

  constructor(
    @Inject(CatalogService) private readonly catalog: CatalogService,
    @Inject(KillLedger) private readonly ledger: KillLedger,
    @Inject(ReplicaBoard) private readonly board: ReplicaBoard,
    @Inject(SyncService) private readonly sync: SyncService,
    @Inject(LEADERSHIP) private readonly leadership: Leadership,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What was read last, for whoever must not wait. */
  latest(): DriftDocument | undefined {
    return this.last;
  }

  async read(): Promise<DriftDocument> {
    const [{ notes, headTimes }, kills] = await Promise.all([this.board.read(), this.ledger.list()]);
    const { record, findings } = this.catalog.newest();
    this.last = assessDrift({
      nowMs: this.clock.nowMs(),
      sync: await this.sync.status(),
      ...{ record, findings, headTimes, kills },
      replicas: notes,
      heads: this.catalog.knownHeads(),
      leader: this.leadership.leader()?.holder,
      instances: [],
    });
    return this.last;
  }
}
