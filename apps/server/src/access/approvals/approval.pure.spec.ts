import { expect, it } from '@jest/globals';
import { type Approval, stateAt, whyNotSecond } from './approval.js';

const APPROVAL: Approval = {
  ...{ id: '01', action: 'kill.revive', about: { kill: 'k' }, environments: ['production'] },
  ...{
    requestedBy: 'ada@acme.example',
    requestedAtMs: 0,
    reason: 'fixed',
    expiresAtMs: 1000,
    state: 'waiting',
  },
};

it('takes nobody for the second person who is the first, or whose key the first has made', () => {
  expect(whyNotSecond(APPROVAL, { email: 'ADA@acme.example' })).toContain('somebody else has to agree');
  expect(whyNotSecond(APPROVAL, { email: 'bo@acme.example', keyMadeBy: 'Ada@acme.example' })).toContain(
    'made by',
  );
  expect(whyNotSecond(APPROVAL, { email: 'bo@acme.example', keyMadeBy: 'gus@acme.example' })).toBeUndefined();
});

it('lets what is open expire, and what was decided stay as it is', () => {
  expect(stateAt(APPROVAL, 999)).toBe('waiting');
  expect(stateAt(APPROVAL, 1000)).toBe('expired');
  expect(stateAt({ ...APPROVAL, state: 'granted' }, 1000)).toBe('expired');
  expect(stateAt({ ...APPROVAL, state: 'used' }, 1000)).toBe('used');
});
