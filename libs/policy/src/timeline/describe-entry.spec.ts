import { expect, it } from '@jest/globals';
import { describeEntry } from './describe-entry.js';
import { isTold } from './is-told.js';

const COMMIT = 'c0ffee'.repeat(6).concat('abcd');

function published(state: string, more: object = {}) {
  const action = { held: 'revision.hold', rejected: 'revision.reject' }[state] ?? 'revision.publish';
  return { action, commit: COMMIT, subject: { state, findings: 2, frozenCount: 0, ...more } };
}

it('says where a commit went live, where in a wave and where it waits', () => {
  const generations = [
    { environment: 'development', generation: 4 },
    { environment: 'staging', generation: 7, waiting: { why: 'freeze', revision: COMMIT } },
    { environment: 'production', generation: 9, candidate: { revision: COMMIT } },
    { environment: 'canary', generation: 2, held: { why: 'held', revision: COMMIT } },
  ];
  expect(describeEntry(published('accepted', { generations }))).toEqual({
    sentence:
      'Revision c0ffeec0ffee went live in development; began a wave in production; waits in staging; is held back in canary.',
    flags: [],
    touchesServed: true,
    link: `/api/v1/revisions/${COMMIT}`,
  });
  expect(describeEntry(published('accepted'))).toMatchObject({
    sentence: 'Revision c0ffeec0ffee was judged and changes nothing that is served.',
    touchesServed: false,
  });
});

it('says what of a commit was not taken, and what waits for a person', () => {
  expect(describeEntry(published('partly', { frozenCount: 2, frozen: ['a.yaml', 'b.yaml'] }))?.sentence).toBe(
    'Revision c0ffeec0ffee was judged and changes nothing that is served. 2 files stay at the last good version: a.yaml and b.yaml.',
  );
  expect(describeEntry(published('rejected'))?.sentence).toBe(
    'Revision c0ffeec0ffee was refused as a whole: 2 findings.',
  );
  expect(
    describeEntry(published('held', { holds: [{ kind: 'unreviewed' }, { kind: 'freeze' }] })),
  ).toMatchObject({
    sentence: 'Revision c0ffeec0ffee is held (unreviewed and freeze).',
    touchesServed: false,
  });
  const generations = [
    { environment: 'development' },
    { environment: 'production', waiting: { why: 'freeze', revision: COMMIT } },
  ];
  expect(describeEntry(published('held', { holds: [{ kind: 'freeze' }], generations }))).toMatchObject({
    sentence: 'Revision c0ffeec0ffee is held (freeze): went live in development; waits in production.',
    touchesServed: true,
  });
});

it.each([
  [{ flag: 'checkout' }, 'the flag checkout'],
  [{ team: 'payments' }, 'flags of the team payments'],
  [{ all: true }, 'all flags'],
])('says for what the red button was pressed: %j', (scope, words) => {
  const environments = ['production', 'staging'];
  const entry = { action: 'kill.press', subject: { kill: 'K1', scope }, environments };
  expect(describeEntry(entry)).toMatchObject({
    sentence: `The red button was pressed for ${words} in production and staging.`,
    flags: 'flag' in scope ? ['checkout'] : [],
    link: '/api/v1/red-button/K1',
  });
});

it('leads to a wave while it runs, and to its commit afterwards', () => {
  const about = {
    subject: { wave: 'production.9', now: { stage: 1 } },
    environments: ['production'],
    commit: COMMIT,
  };
  expect(describeEntry({ action: 'wave.advance', ...about })).toMatchObject({
    sentence: 'The wave production.9 of c0ffeec0ffee moved on to stage 2 in production.',
    link: '/api/v1/waves/production.9',
  });
  expect(describeEntry({ action: 'wave.roll-back', ...about })).toMatchObject({
    sentence: 'The wave production.9 of c0ffeec0ffee was rolled back in production.',
    link: `/api/v1/revisions/${COMMIT}`,
  });
});

it('takes the sentence of a rollout over, and makes do without one', () => {
  const environments = ['production'];
  const subject = { flag: 'checkout', sentence: 'checkout went from 1 % to 10 %.', now: {} };
  expect(describeEntry({ action: 'rollout.advance', subject, environments })).toEqual({
    sentence: 'checkout went from 1 % to 10 %.',
    flags: ['checkout'],
    touchesServed: true,
    link: '/api/v1/rollouts/production.checkout',
  });
  expect(
    describeEntry({ action: 'rollout.pause', subject: { flag: 'checkout' }, environments }),
  ).toMatchObject({
    sentence: 'The rollout of checkout in production: pause.',
    touchesServed: false,
  });
});

it('says nothing of what changes nothing that is served, whatever it is called', () => {
  for (const action of ['key.create', 'approval.grant', 'sync.run', 'constructor', '__proto__'])
    expect(describeEntry({ action, subject: {} })).toBeUndefined();
});

it('tells unasked of what does not go as planned, and of every press', () => {
  const told = (action: string, subject = {}) => isTold({ action, subject });
  expect(told('kill.press')).toBe(true);
  expect(told('kill.press', { stoodAlready: true })).toBe(false);
  expect(told('revision.publish', { state: 'partly' })).toBe(true);
  expect(told('revision.publish', { state: 'accepted' })).toBe(false);
  expect(told('wave.roll-back')).toBe(true);
  expect(told('wave.advance')).toBe(false);
});
