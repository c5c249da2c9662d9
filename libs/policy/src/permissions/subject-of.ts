import type { Project } from '@guidon/engine/model';
import type { Grant, Role } from './permission-table.js';
import type { Person } from './permissions.js';

/** What of `guidon.yaml` says who may do what. */
export type AccessRules = Pick<Project, 'access' | 'teams'>;

export interface Holder {
  readonly email: string;
  /** Of the identity provider. */
  readonly groups?: readonly string[];
  /** What the person's key gives by itself; absent: what `access` in `guidon.yaml` gives, no more. */
  readonly role?: Role;
}

/** A person with every grant that the rules give. E-mail addresses are compared regardless of case. */
export function personOf(holder: Holder, rules: AccessRules | undefined): Person {
  const { role } = holder;
  const email = holder.email.toLowerCase();
  const teams = [...(rules?.teams ?? [])]
    .filter(([, { members }]) => members.some((member) => member.toLowerCase() === email))
    .map(([team]) => team);
  const grants: Grant[] = role === undefined ? grantsOf({ ...holder, email, teams }, rules) : [{ role }];
  return { kind: 'person', email, teams, grants };
}

function grantsOf(
  { email, teams, groups = [] }: { email: string; teams: readonly string[]; groups?: readonly string[] },
  rules: AccessRules | undefined,
): Grant[] {
  return (rules?.access ?? []).flatMap(({ team, person, group, role, ...conditions }) => {
    const isMeant =
      (team !== undefined && teams.includes(team)) ||
      person?.toLowerCase() === email ||
      (group !== undefined && groups.includes(group));
    // The loader lets only the listed roles through.
    return isMeant ? [{ ...conditions, role: role as Role }] : [];
  });
}
