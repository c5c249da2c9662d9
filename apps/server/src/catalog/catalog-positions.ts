import type { Position } from '@guidon/engine/model';
import type { CatalogService } from './catalog.service.js';
import type { Head } from './head.js';
import { headSummary } from './head.js';
import type { DecideHeads, HeadMover, MoveEvent, MoveSteps } from './head-mover.js';
import { movePosition, type PositionChange } from './move-position.js';

export interface PositionOrder extends PositionChange {
  readonly environment: string;
  /** Who moves it, and why; what it is moved to is added here. */
  readonly event: Omit<MoveEvent, 'subject' | 'environments'> & { readonly subject?: object };
}

export type PositionOutcome =
  | { readonly kind: 'moved'; readonly generation: number }
  /** It stands there already: nothing was written, what was to go along neither. */
  | { readonly kind: 'stands' }
  | { readonly kind: 'no-environment' };

export interface CatalogPositionsParts {
  readonly catalog: Pick<CatalogService, 'knownHeads' | 'refresh'>;
  readonly mover: Pick<HeadMover, 'move'>;
}

/** Where rollouts stand, and moving them: what is decided elsewhere becomes what clients get, in one transaction. */
export class CatalogPositions {
  constructor(private readonly parts: CatalogPositionsParts) {}

  /** As this replica knows them. */
  of(environment: string): readonly Position[] {
    return this.headOf(environment)?.positions ?? [];
  }

  /**
   * Head, audit entry, signal and whatever goes along are written together or not at all; replicas and streams follow at
   * once, with no wave in between. What `steps.alongside` throws undoes everything: that is where a caller compares its own row.
   */
  async move(order: PositionOrder, steps: MoveSteps = {}): Promise<PositionOutcome> {
    const { mover, catalog } = this.parts;
    const { environment, event } = order;
    let outcome: PositionOutcome = { kind: 'no-environment' };
    const decide: DecideHeads = (heads) => {
      const head = heads.find((one) => one.environment === environment && !one.removed);
      const next = head === undefined ? undefined : movePosition(head, order);
      if (next === undefined) {
        outcome = head === undefined ? { kind: 'no-environment' } : { kind: 'stands' };
        return { kind: 'nothing', reason: outcome.kind };
      }
      outcome = { kind: 'moved', generation: next.generation };
      const subject = { flag: order.flag, now: headSummary(next), ...event.subject };
      return { kind: 'change', heads: [next], event: { ...event, subject, environments: [environment] } };
    };
    await mover.move(decide, steps);
    await catalog.refresh();
    return outcome;
  }

  private headOf(environment: string): Head | undefined {
    return this.parts.catalog.knownHeads().find((head) => head.environment === environment);
  }
}
