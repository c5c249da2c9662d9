import { type Action, findOneOf, type Person, type Resource } from '@guidon/policy/permissions';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { askerOf, callerOf } from '../identity/index.js';
import { DomainError } from '../kernel/problem/index.js';
import { Access } from './access-rules.js';
import { Approvals } from './approvals/approvals.js';

/** What somebody wants to do to whole environments. */
export interface Act {
  readonly action: Action;
  readonly environments: readonly string[];
  /** Everything that the act would do: an agreement is good for exactly this. */
  readonly about: { readonly [name: string]: unknown };
  readonly reason: string;
  /** Who cannot be the second person here: whoever wrote what the act lets in. */
  readonly authors?: readonly string[];
  /** The flag that it is about, where it is about one. */
  readonly flag?: Pick<Resource, 'flagType' | 'ownerTeam' | 'tags'>;
}

/** What is still to be done inside the transaction of a permitted act, before anything is written. */
export type UseAgreement = (manager: EntityManager) => Promise<void>;

/** Whether a caller may act on environments, and with whose agreement. */
@Injectable()
export class ActPermits {
  constructor(
    @Inject(Access) private readonly access: Access,
    @Inject(Approvals) private readonly approvals: Approvals,
  ) {}

  /** Every environment that the project has, or those that were named. */
  chosen(environments: readonly string[] | 'all'): readonly string[] {
    return environments === 'all' ? this.access.environments() : environments;
  }

  protectedOnes(): readonly string[] {
    return this.access.environments().filter((one) => this.access.place(one).protected === true);
  }

  /** Whether the caller is one of these people, or comes with a key that one of them has had in hand. */
  isOneOf(request: FastifyRequest, people: readonly string[]): boolean {
    const caller = callerOf(request);
    const subject = this.access.subjectOf(caller);
    if (subject.kind !== 'person') return false;
    const { makers = [] } = caller;
    return findOneOf(people, { email: subject.email, makers }) !== undefined;
  }

  /**
   * Throws `not-permitted` where the permission table refuses. Where it wants somebody else, or `second` does, what is
   * given back uses up an agreement, or throws for `orAsk` to tell the caller whom to ask.
   */
  permit(request: FastifyRequest, act: Act, { second = false } = {}): UseAgreement {
    const caller = callerOf(request);
    const decisions = act.environments.map((environment) => ({
      environment,
      ...this.access.decide(caller, act.action, { ...this.access.place(environment), ...act.flag }),
    }));
    const refused = decisions.find(({ verdict }) => verdict === 'refused');
    if (refused !== undefined) throw new DomainError('not-permitted', { detail: refused.reason });
    const wanting = second ? decisions : decisions.filter(({ verdict }) => verdict === 'needs-second');
    const subject = this.access.subjectOf(caller);
    if (wanting.length === 0 || subject.kind !== 'person') return async () => undefined;
    const environments = wanting.map(({ environment }) => environment);
    const asker = { ...askerOf(request), subject };
    const { flag: _, ...wanted } = act;
    return async (manager) => void (await this.approvals.use(manager, { ...wanted, environments, asker }));
  }

  /** The person who asks; absent for the break-glass key, which is nobody. */
  personOf(request: FastifyRequest): Person | undefined {
    const subject = this.access.subjectOf(callerOf(request));
    return subject.kind === 'person' ? subject : undefined;
  }

  orAsk<T>(run: () => Promise<T>): Promise<T> {
    return this.approvals.orAsk(run);
  }
}
