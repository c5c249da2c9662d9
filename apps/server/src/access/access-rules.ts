import type { Project } from '@guidon/engine/model';
import {
  type AccessRules,
  type Action,
  type Decision,
  personOf,
  type Resource,
  type Subject,
} from '@guidon/policy/permissions';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../identity/index.js';
import { decideByAbility, whyNever } from './ability.js';

export type ProjectRules = AccessRules & Pick<Project, 'environments'>;

/**
 * Who may do what now: the permission table over what the newest accepted `guidon.yaml` gives. Before one is loaded only
 * keys with a role of their own, and the break-glass key, can do anything.
 */
@Injectable()
export class Access {
  private rules: () => ProjectRules | undefined = () => undefined;

  /** The catalog stands above this feature, so it is handed in where the server is put together. */
  follow(rules: () => ProjectRules | undefined): void {
    this.rules = rules;
  }

  subjectOf(caller: Caller): Subject {
    if (caller.kind !== 'admin') return { kind: caller.kind };
    if (caller.breakGlass) return { kind: 'break-glass' };
    const { owner: email, groups = [], role = 'access' } = caller;
    return personOf({ email, groups, ...(role === 'access' ? {} : { role }) }, this.rules());
  }

  /** Why the caller may do this to nothing at all. */
  whyNever(caller: Caller, action: Action): string | undefined {
    return whyNever(this.subjectOf(caller), action);
  }

  /** In the order of the project. */
  environments(): readonly string[] {
    return this.rules()?.environments.map(({ id }) => id) ?? [];
  }

  /** An environment as the table knows it; one that the project does not have counts as protected. */
  place(environment: string): Resource {
    const found = this.rules()?.environments.find(({ id }) => id === environment);
    return { environment, protected: found?.protected ?? true };
  }

  /**
   * What a key reaches, as the table knows it: that of an application its environment, that of a person everything, for
   * which a role that is narrowed to something is not enough.
   */
  reachOf({ kind, environment }: Pick<Caller, 'kind' | 'environment'>): Resource {
    const bound = environment ?? this.environments()[0];
    return kind === 'admin' || bound === undefined ? {} : this.place(bound);
  }

  decide(caller: Caller, action: Action, resource: Resource): Decision {
    return decideByAbility(this.subjectOf(caller), action, resource);
  }
}
