import {
  ACTIONS,
  decidePermission,
  type Grant,
  type Resource,
  ROLES,
  type Subject,
  whyNever as tableWhyNever,
} from '@guidon/policy/permissions';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { abilityOf, decideByAbility, whyNever } from './ability.js';

const person = (grants: readonly Grant[], teams: readonly string[]): Subject => ({
  ...{ kind: 'person', email: 'ada@acme.example', teams, grants },
});

const RESOURCES: readonly Resource[] = [true, false, undefined].flatMap((isProtected) =>
  ['payments', 'search', undefined].map((ownerTeam) => ({
    ...{ environment: isProtected === true ? 'production' : 'development', flagType: 'release', tags: [] },
    ...(isProtected === undefined ? {} : { protected: isProtected }),
    ...(ownerTeam === undefined ? {} : { ownerTeam }),
  })),
);

it('answers as the table does, with its reasons, for every role, action, environment and ownership', () => {
  const subjects: Subject[] = [
    ...ROLES.flatMap((role) => [person([{ role }], []), person([{ role }], ['payments'])]),
    ...[{ kind: 'break-glass' } as const, { kind: 'server' } as const, { kind: 'web' } as const],
    person([], ['payments']),
  ];
  let asked = 0;
  for (const subject of subjects)
    for (const action of ACTIONS) {
      expect(whyNever(subject, action)).toBe(tableWhyNever(subject, action));
      for (const resource of [...RESOURCES, {}]) {
        asked += 1;
        expect(decideByAbility(subject, action, resource)).toEqual(
          decidePermission(subject, action, resource),
        );
      }
    }
  expect(asked).toBe(subjects.length * ACTIONS.length * 10);
});

const some = (...values: string[]) => fc.subarray(values, { minLength: 1 });
const grants = fc.array(
  fc.record(
    {
      role: fc.constantFrom(...ROLES),
      environments: some('staging', 'production'),
      protected: fc.boolean(),
      types: some('ops', 'release'),
      owners: some('payments', 'search'),
      tags: some('checkout', 'search'),
    },
    { requiredKeys: ['role'] },
  ),
  { maxLength: 4 },
);
const resources = fc.record(
  {
    environment: fc.constantFrom('staging', 'production'),
    protected: fc.boolean(),
    flagType: fc.constantFrom('ops', 'release'),
    ownerTeam: fc.constantFrom('payments', 'search'),
    tags: fc.subarray(['checkout', 'search', 'other']),
  },
  { requiredKeys: [] },
);

it('answers as the table does for grants with any conditions, also on what is not known', () => {
  const teams = fc.subarray(['payments', 'search']);
  fc.assert(
    fc.property(grants, teams, resources, fc.constantFrom(...ACTIONS), (given, own, resource, action) => {
      const subject = person(given, own);
      expect(decideByAbility(subject, action, resource)).toEqual(decidePermission(subject, action, resource));
    }),
    { numRuns: 2000 },
  );
});

it('has no rule that only some other action or thing could meet', () => {
  expect(abilityOf({ kind: 'web' }).rules).toEqual([]);
  expect(abilityOf(person([{ role: 'viewer' }], [])).can('kill.press', 'Flag')).toBe(false);
});
