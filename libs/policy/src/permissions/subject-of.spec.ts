import { expect, it } from '@jest/globals';
import { type AccessRules, personOf } from './subject-of.js';

const RULES: AccessRules = {
  teams: new Map([
    ['payments', { members: ['Ada@acme.example', 'bo@acme.example'] }],
    ['releases', { members: ['gus@acme.example'] }],
  ]),
  access: [
    { role: 'developer', team: 'payments' },
    { role: 'operator', person: 'ada@ACME.example', environments: ['staging'] },
    { role: 'responder', group: 'on-call', protected: true },
    { role: 'admin', person: 'gus@acme.example' },
  ],
};

it('adds up what a person has by team, by name and by group, regardless of case', () => {
  const ada = personOf({ email: 'ADA@acme.example', groups: ['on-call'] }, RULES);
  expect(ada).toEqual({
    kind: 'person',
    email: 'ada@acme.example',
    teams: ['payments'],
    grants: [
      { role: 'developer' },
      { role: 'operator', environments: ['staging'] },
      { role: 'responder', protected: true },
    ],
  });
});

it('gives nothing to who is not named, and what the key says to who has one with a role', () => {
  expect(personOf({ email: 'eve@acme.example' }, RULES).grants).toEqual([]);
  expect(personOf({ email: 'ada@acme.example' }, undefined).grants).toEqual([]);
  const { grants, teams } = personOf({ email: 'bo@acme.example', role: 'viewer' }, RULES);
  expect([grants, teams]).toEqual([[{ role: 'viewer' }], ['payments']]);
});
