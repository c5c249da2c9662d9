import type { Stage } from '@guidon/engine/model';
import type { RolloutFeedDocument } from '@guidon/protocol';
import type { Clock, Timer } from '../kernel/clock/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { readFeed, readRollout } from './rollout.repository.js';
import { namedEvent, rolloutId } from './rollout-document.js';

export interface RolloutFeedParts {
  readonly transactions: Transactions;
  readonly clock: Clock;
}

export const LONGEST_WAIT_S = 25;
const MOST_WAITERS = 100;
const MOST_EVENTS = 100;
const LOOK_MS = 1_000;

/** What has happened since a cursor. Whoever has seen everything may wait a while for more. */
export class RolloutFeed {
  #waiting = 0;
  #isStopped = false;
  readonly #wakes = new Set<() => void>();

  constructor(private readonly parts: RolloutFeedParts) {}

  /** One look at the database a second for each who waits; who comes when too many do is answered at once. */
  async after(cursor: number, waitS: number): Promise<RolloutFeedDocument> {
    const { clock } = this.parts;
    const untilMs = clock.elapsedMs() + Math.min(waitS, LONGEST_WAIT_S) * 1000;
    let page = await this.read(cursor);
    if (this.#waiting >= MOST_WAITERS) return page;
    this.#waiting += 1;
    try {
      while (page.events.length === 0 && !this.#isStopped && clock.elapsedMs() < untilMs) {
        await this.#pause();
        page = await this.read(cursor);
      }
    } finally {
      this.#waiting -= 1;
    }
    return page;
  }

  /** Lets everybody who waits look at once: the server goes away. */
  stop(): void {
    this.#isStopped = true;
    for (const wake of this.#wakes) wake();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const wake = () => {
        timer?.cancel();
        this.#wakes.delete(wake);
        resolve();
      };
      this.#wakes.add(wake);
      timer = this.parts.clock.after(LOOK_MS, wake);
    });
  }

  private async read(after: number): Promise<RolloutFeedDocument> {
    const { events, stages } = await this.parts.transactions.run(async (manager) => {
      const page = await readFeed(manager, { after, limit: MOST_EVENTS });
      const plans = new Map<string, readonly Stage[]>();
      for (const event of page) {
        if (plans.has(rolloutId(event))) continue;
        plans.set(rolloutId(event), (await readRollout(manager, event))?.state.terms.plan.stages ?? []);
      }
      return { events: page, stages: plans };
    });
    return {
      events: events.map((event) => {
        const rollout = rolloutId(event);
        return { ...namedEvent(event, stages.get(rollout) ?? []), rollout };
      }),
      cursor: events.at(-1)?.sequence ?? after,
    };
  }
}
