import { ACTIONS, type Action, ALLOWED, type Grant, type Reach } from './permission-table.js';
import { allowedReason, type Person, secondReason } from './permissions.js';

/** What must be so of a resource, for a library of abilities: a value, or a list of which one must be there. */
export interface RuleConditions {
  readonly environment?: { readonly $in: readonly string[] };
  readonly protected?: boolean | { readonly $ne: true };
  readonly flagType?: { readonly $in: readonly string[] };
  readonly ownerTeam?: { readonly $in: readonly string[] };
  readonly tags?: { readonly $in: readonly string[] };
}

/** One allowance that a person has. */
export interface PermissionRule {
  readonly action: Action;
  /** `alone`, or `with-second`: when somebody else agrees. */
  readonly how: 'alone' | 'with-second';
  readonly conditions: RuleConditions;
  readonly reason: string;
}

/** Everything that a person may do, as data: the rows of the table for each grant, in their order. */
export function rulesOf(person: Person): PermissionRule[] {
  return person.grants.flatMap((grant) =>
    ACTIONS.flatMap((action) => {
      const reach = ALLOWED[grant.role][action];
      return reach === undefined ? [] : rulesFor({ person, grant, action, reach });
    }),
  );
}

interface Allowance {
  readonly person: Person;
  readonly grant: Grant;
  readonly action: Action;
  readonly reach: Reach;
}

/** Where it is protected and where it is not are told apart only if the row does. */
function rulesFor({ person, grant, action, reach }: Allowance): PermissionRule[] {
  const tellsApart = reach.own === 'protected' || reach.second === 'protected';
  const places = tellsApart ? ([true, false] as const) : ([undefined] as const);
  return places.flatMap((isProtected): PermissionRule[] => {
    const place = protection(grant.protected, isProtected);
    if (place === 'never') return [];
    const needsOwn = reach.own === 'always' || (reach.own === 'protected' && isProtected === true);
    const owners = ownersOf(grant, needsOwn ? person.teams : undefined);
    const needsSecond = reach.second === 'protected' && isProtected === true;
    return [
      {
        action,
        how: needsSecond ? 'with-second' : 'alone',
        conditions: {
          ...place,
          ...(owners === undefined ? {} : { ownerTeam: { $in: owners } }),
          ...(grant.environments === undefined ? {} : { environment: { $in: grant.environments } }),
          ...(grant.types === undefined ? {} : { flagType: { $in: grant.types } }),
          ...(grant.tags === undefined ? {} : { tags: { $in: grant.tags } }),
        },
        reason: needsSecond ? secondReason(grant.role, action) : allowedReason(grant.role, action, reach),
      },
    ];
  });
}

/** What the grant and the row say together; a place that is not known to be protected is none that is. */
function protection(
  granted: boolean | undefined,
  isProtected: boolean | undefined,
): Pick<RuleConditions, 'protected'> | 'never' {
  if (isProtected === undefined) return granted === undefined ? {} : { protected: granted };
  if (isProtected) return granted === false ? 'never' : { protected: true };
  if (granted === true) return 'never';
  return { protected: granted ?? { $ne: true } };
}

function ownersOf({ owners }: Grant, teams: readonly string[] | undefined): readonly string[] | undefined {
  if (teams === undefined) return owners;
  return owners === undefined ? teams : owners.filter((owner) => teams.includes(owner));
}
