import { freezeAt } from '@guidon/engine/diff';
import type { Project } from '@guidon/engine/model';
import type { Leadership } from '../kernel/leadership/index.js';
import type { CatalogService } from './catalog.service.js';
import type { Freezes } from './freezes.js';
import { contentOf, type Head, headSummary, type Waiting } from './head.js';
import type { DecideHeads, HeadMover, MoveEvent } from './head-mover.js';
import type { LiveCatalog } from './live.js';
import { bring } from './offer-content.js';
import type { StagesOf } from './stages-of.js';

export interface FrozenWaitsParts {
  readonly catalog: Pick<CatalogService, 'knownHeads' | 'refresh'>;
  readonly live: Pick<LiveCatalog, 'snapshot'>;
  readonly freezes: Pick<Freezes, 'mayBegin' | 'now'>;
  readonly mover: Pick<HeadMover, 'move'>;
  readonly leadership: Pick<Leadership, 'assertIn'>;
  readonly stagesOf: StagesOf;
}

type FrozenHead = Head & { readonly waiting: Waiting };

/**
 * What could not begin because of a freeze: the leader lets it go when the freeze has ended, and at once when it moves only
 * toward safe, which takes a comparison that nobody makes while a wave is called back.
 */
export class FrozenWaits {
  /** Compared already and found to wait, so that a look every two seconds costs nothing. */
  private readonly found = new Set<string>();

  constructor(private readonly parts: FrozenWaitsParts) {}

  async isDue(): Promise<boolean> {
    const project = this.parts.live.snapshot()?.project;
    const frozen = this.frozen();
    if (project === undefined || frozen.length === 0) return false;
    const nowMs = await this.parts.freezes.now();
    return frozen.some((head) => !this.found.has(markOf(project, head, nowMs)));
  }

  async release(): Promise<void> {
    const project = this.parts.live.snapshot()?.project;
    const frozen = this.frozen();
    if (project === undefined || frozen.length === 0) return;
    const nowMs = await this.parts.freezes.now();
    for (const head of frozen) {
      const mark = markOf(project, head, nowMs);
      if (this.found.has(mark)) continue;
      if (await this.parts.freezes.mayBegin(project, head, head.waiting)) await this.begin(project, head);
      else this.found.add(mark);
    }
    await this.parts.catalog.refresh();
  }

  private frozen(): FrozenHead[] {
    return this.parts.catalog
      .knownHeads()
      .filter((head): head is FrozenHead => !head.removed && head.waiting?.why === 'freeze');
  }

  private async begin(project: Project, seen: FrozenHead): Promise<void> {
    const { mover, leadership, stagesOf } = this.parts;
    const { environment, waiting } = seen;
    const decide: DecideHeads = (heads, nowMs) => {
      const head = heads.find((one) => one.environment === environment);
      if (head?.waiting?.why !== 'freeze' || head.hash !== seen.hash || head.waiting.hash !== waiting.hash)
        return { kind: 'nothing', reason: 'it has gone on already' };
      const { waiting: _, ...rest } = head;
      const next = bring(rest, { ...contentOf(waiting), stages: stagesOf(project, environment) }, nowMs);
      const isOver = freezeAt(project, environment, nowMs) === undefined;
      const reason = isOver
        ? `The freeze of ${environment} has ended.`
        : `${environment} is frozen, and what waited moves only toward safe.`;
      const event: MoveEvent = {
        ...{ action: 'freeze.release', actor: 'system:sync', reason, commit: waiting.revision },
        ...{ subject: { now: headSummary(next) }, environments: [environment] },
      };
      return { kind: 'change', heads: [next], event };
    };
    await mover.move(decide, { fence: (manager) => leadership.assertIn(manager) });
  }
}

/** Changes when the freeze ends, or with anything that was compared. */
function markOf(project: Project, { environment, hash, waiting }: FrozenHead, nowMs: number): string {
  return `${environment}/${hash}/${waiting.hash}/${freezeAt(project, environment, nowMs)?.toMs}`;
}
