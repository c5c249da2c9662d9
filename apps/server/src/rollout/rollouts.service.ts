import type { RolloutEvent } from '@guidon/policy/rollout';
import type { RolloutActDocument, RolloutDocument, RolloutSummary } from '@guidon/protocol';
import type { EntityManager } from 'typeorm';
import type { LiveCatalog } from '../catalog/index.js';
import type { Transactions } from '../kernel/database/index.js';
import { requireMatch, type Standing } from '../kernel/http/index.js';
import type { Once } from '../kernel/idempotency/index.js';
import { DomainError } from '../kernel/problem/index.js';
import {
  findRolloutName,
  type RolloutName,
  readRollouts,
  readTimeline,
  type StoredRollout,
} from './rollout.repository.js';
import {
  type FlagFacts,
  namedEvent,
  rolloutDocument,
  rolloutId,
  rolloutSummary,
} from './rollout-document.js';
import type { RolloutMover } from './rollout-mover.js';
import type { RolloutObserver, RolloutRead } from './rollout-observer.js';
import { type UnmergedRollout, unmergedRollouts } from './unmerged-rollouts.js';

export interface RolloutsParts {
  readonly transactions: Transactions;
  readonly live: Pick<LiveCatalog, 'current' | 'snapshot'>;
  readonly mover: RolloutMover;
  readonly observer: RolloutObserver;
}

/** A person who acts on a rollout. */
export interface ActOrder {
  readonly actor: string;
  readonly requestId: string;
  readonly once: Once<RolloutActDocument>;
  /** Uses up the agreement of somebody else, where that is needed. */
  readonly agree: (manager: EntityManager) => Promise<void>;
  /** What is done, on the row as it is read. */
  readonly event: (read: RolloutRead) => Promise<RolloutEvent>;
}

export interface TimelinePage {
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Rollouts as people see them and act on them. */
export class Rollouts {
  constructor(private readonly parts: RolloutsParts) {}

  async list(): Promise<readonly RolloutSummary[]> {
    const rows = await this.parts.transactions.run((manager) => readRollouts(manager));
    return rows.map((row) => rolloutSummary(row, this.factsOf(row)));
  }

  async get(id: string, page: TimelinePage): Promise<RolloutDocument> {
    const { observer, transactions } = this.parts;
    const { row, ...read } = await this.find(id);
    const sight = await observer.observe({ row, ...read });
    const timeline = await transactions.run((manager) => readTimeline(manager, row, page));
    const document = rolloutDocument({ row, flag: this.factsOf(row), ...sight, timeline });
    const { stages } = row.state.terms.plan;
    return { ...document, timeline: timeline.map((event) => namedEvent(event, stages)) };
  }

  /** Those that have ended while their flag files say something else: what is served is not what Git says. */
  async unmerged(): Promise<readonly UnmergedRollout[]> {
    return unmergedRollouts(await this.parts.transactions.run((manager) => readRollouts(manager)));
  }

  /** Throws where there is none. */
  async find(id: string): Promise<RolloutRead> {
    const { transactions, mover } = this.parts;
    const name = await transactions.run((manager) => findRolloutName(manager, id));
    const read = name === undefined ? undefined : await mover.read(name);
    if (read === undefined) throw rolloutNotFound(id);
    return read;
  }

  /** Throws `rollout-refused` with the machine's reason where it cannot be done. */
  async act(id: string, order: ActOrder): Promise<RolloutActDocument> {
    const { mover } = this.parts;
    const { actor, requestId, once, agree } = order;
    let answer: RolloutActDocument | undefined;
    const { row: before } = await this.find(id);
    const taken = await mover.move(
      before,
      async (read) => {
        requireMatch(rolloutStanding(read.row));
        return order.event(read);
      },
      {
        actor,
        requestId,
        around: (manager, { row, step, write }) =>
          once.in(manager, async () => {
            await agree(manager);
            await write();
            answer = this.answerOf(row, step.reason);
            return answer;
          }),
      },
    );
    if (taken === undefined) throw rolloutNotFound(id);
    if (taken.step.isRefused) throw new DomainError('rollout-refused', { detail: taken.step.reason });
    return answer ?? this.answerOf(taken.row, taken.step.reason);
  }

  private answerOf(row: StoredRollout, done: string): RolloutActDocument {
    return { rollout: rolloutSummary(row, this.factsOf(row)), done };
  }

  /** As the file says it now, of a flag that is gone nothing. */
  factsOf({ environment, flag: key }: RolloutName): FlagFacts & { type?: string; tags?: readonly string[] } {
    const { live } = this.parts;
    const flag = live.current(environment)?.snapshot.flags.get(key) ?? live.snapshot()?.flags.get(key);
    if (flag === undefined) return { owner: '' };
    const planName = flag.environments.get(environment)?.rollout?.planName;
    return {
      ...{ owner: flag.owner, path: flag.path, type: flag.type, tags: flag.tags },
      ...(planName === undefined ? {} : { planName }),
    };
  }
}

export function rolloutTag({ movedVersion }: Pick<StoredRollout, 'movedVersion'>): string {
  return `"${movedVersion}"`;
}

function rolloutStanding(row: StoredRollout): Standing {
  const { phase, stage, terms } = row.state;
  const at = terms.plan.stages[stage]?.id;
  const now = `is ${phase}${at === undefined ? '' : ` at '${at}'`}`;
  return { tag: rolloutTag(row), what: `The rollout ${rolloutId(row)}`, now };
}

export function rolloutNotFound(id: string): DomainError {
  return new DomainError('rollout-not-found', {
    detail: `There is no rollout "${id.slice(0, 200)}"; GET /api/v1/rollouts lists them. An id is an environment and a flag, such as production.checkout.`,
  });
}
