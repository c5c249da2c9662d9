import type { Action } from '@guidon/policy/permissions';
import type { RolloutAct, RolloutActDocument } from '@guidon/protocol';
import type { FastifyRequest } from 'fastify';
import type { ActPermits } from '../access/index.js';
import { askedBy, askerOf } from '../identity/index.js';
import type { OnceOnly } from '../kernel/idempotency/index.js';
import type { AskedAct, RolloutActs } from './rollout-acts.js';
import type { Rollouts } from './rollouts.service.js';

export interface RolloutRequestsParts {
  readonly rollouts: Rollouts;
  readonly acts: RolloutActs;
  readonly permits: ActPermits;
  readonly once: OnceOnly;
}

export interface ActRequest {
  readonly act: RolloutAct;
  readonly id: string;
  readonly asked: AskedAct;
  readonly request: FastifyRequest;
}

/** Stopping and going back ask for less than growing; agreeing to a stage is for its team. */
export const ACTIONS: { readonly [Act in RolloutAct]: Action } = {
  pause: 'rollout.stop',
  'roll-back': 'rollout.stop',
  cancel: 'rollout.stop',
  resume: 'rollout.move',
  advance: 'rollout.move',
  acknowledge: 'rollout.move',
  restart: 'rollout.move',
  approve: 'rollout.approve',
};

/** A person's act over HTTP: whether he may, whether somebody else has to agree, and that it is done once. */
export class RolloutRequests {
  constructor(private readonly parts: RolloutRequestsParts) {}

  async act({ act, id, asked, request }: ActRequest): Promise<RolloutActDocument> {
    const { rollouts, acts, permits, once } = this.parts;
    const asker = askerOf(request);
    const person = permits.personOf(request);
    const by = person?.email ?? asker.actor;
    const { row } = await rollouts.find(id);
    const { owner, type, tags } = rollouts.factsOf(row);
    const { reason, ...about } = asked;
    const agree = permits.permit(request, {
      action: ACTIONS[act],
      environments: [row.environment],
      about: { rollout: id, act, run: row.state.run, planHash: row.state.terms.planHash, ...about },
      reason,
      flag: {
        ...(owner === '' ? {} : { ownerTeam: owner }),
        ...(type === undefined ? {} : { flagType: type }),
        ...(tags === undefined ? {} : { tags }),
      },
    });
    const unique = askedBy(asker, `POST /api/v1/rollouts/${id}/${act}`, asked);
    return permits.orAsk(() =>
      once.answer<RolloutActDocument>(unique, (one) =>
        rollouts.act(id, {
          ...{ actor: asker.actor, requestId: asker.requestId, once: one, agree },
          event: (read) => acts.eventOf(act, asked, { read, by, person }),
        }),
      ),
    );
  }
}
