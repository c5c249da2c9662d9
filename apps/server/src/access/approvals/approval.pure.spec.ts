import { expect, it } from '@jest/globals';
import { type Approval, stateAt, whyNotSecond } from './approval.js';

const APPROVAL: Approval = {
  ...{ id: '01', action: 'kill.revive', about: { kill: 'k' }, environments: ['production'] },
  ...{
    requestedBy: 'ada@acme.example',
    involved: ['wil@acme.example'],
    requestedAtMs: 0,
    reason: 'fixed',
    expiresAtMs: 1000,
    state: 'waiting',
  },
};

it('takes nobody for the second person who is the first, or whose key the first has made', () => {
  expect(whyNotSecond(APPROVAL, { email: 'ADA@acme.example' })).toContain('somebody else has to agree');
  expect(whyNotSecond(APPROVAL, { email: 'bo@acme.example', makers: ['Ada@acme.example'] })).toContain(
    'made by',
  );
  expect(whyNotSecond(APPROVAL, { email: 'bo@acme.example', makers: ['gus@acme.example'] })).toBeUndefined();
});

it('takes nobody who wrote it or made the key of the first, nor whose key came through such hands', () => {
  expect(whyNotSecond(APPROVAL, { email: 'ada+1@acme.example' })).toContain('asked for it');
  expect(whyNotSecond(APPROVAL, { email: 'Wil@acme.example' })).toContain('wrote some of it');
  expect(
    whyNotSecond(APPROVAL, { email: 'bo@acme.example', makers: ['gus@x.y', 'wil@acme.example'] }),
  ).toContain('made by wil@acme.example');
});

it('lets what is open expire, and what was decided stay as it is', () => {
  expect(stateAt(APPROVAL, 999)).toBe('waiting');
  expect(stateAt(APPROVAL, 1000)).toBe('expired');
  expect(stateAt({ ...APPROVAL, state: 'granted' }, 1000)).toBe('expired');
  expect(stateAt({ ...APPROVAL, state: 'used' }, 1000)).toBe('used');
});
