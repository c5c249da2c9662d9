import type { EntityManager } from 'typeorm';
import type { Approvals } from '../access/index.js';
import type { KillEntry, LiveCatalog } from '../catalog/index.js';
import type { Asker } from './asker.js';
import { judgeTargets, refuseForbidden, type TargetsVerdict } from './judge-targets.js';
import { countsOf } from './kill-document.js';

export interface TargetPermitsParts {
  readonly live: Pick<LiveCatalog, 'snapshots'>;
  readonly approvals: Pick<Approvals, 'use'>;
}

export interface Revival {
  readonly kill: Pick<KillEntry, 'id' | 'targets'>;
  readonly reason: string;
  readonly asker: Asker;
}

/** Whether the asker may touch what an act would touch. */
export class TargetPermits {
  constructor(private readonly parts: TargetPermitsParts) {}

  /** Throws `not-permitted`, with every flag that may not be touched. */
  refusePress(targets: KillEntry['targets'], asker: Asker): void {
    refuseForbidden(this.judge(targets, 'kill.press', asker));
  }

  /** Throws when it may not be; uses up the agreement of somebody else, where that is needed. */
  async permitRevival(manager: EntityManager, { kill, reason, asker }: Revival): Promise<void> {
    const verdict = this.judge(kill.targets, 'kill.revive', asker);
    refuseForbidden(verdict);
    const environments = verdict.needSecond;
    if (environments.length === 0) return;
    const about = { kill: kill.id, flags: countsOf(kill.targets) };
    const act = { action: 'kill.revive', about, environments, reason, asker } as const;
    await this.parts.approvals.use(manager, act);
  }

  private judge(
    targets: KillEntry['targets'],
    action: 'kill.press' | 'kill.revive',
    { subject }: Asker,
  ): TargetsVerdict {
    return judgeTargets({ subject, action, targets, snapshots: this.parts.live.snapshots() });
  }
}
