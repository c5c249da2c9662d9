import { expect, it } from '@jest/globals';
import { ACTIONS, decidePermission, ROLES, rolesFor } from './permissions.js';

it('lets an admin key do everything and the other kinds nothing', () => {
  for (const action of ACTIONS)
    expect(ROLES.map((role) => decidePermission(role, action).allowed)).toEqual([true, false, false]);
});

it('says why it refuses, with what is needed', () => {
  expect(decidePermission('web', 'kill.press').reason).toBe(
    'A web key evaluates flags; kill.press needs an admin key.',
  );
});

it('names the roles for a route', () => {
  expect(rolesFor('audit.read')).toEqual(['admin']);
});
