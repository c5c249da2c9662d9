import { expect, it, jest } from '@jest/globals';
import { explore } from './explore.js';
import { MUTANTS } from './mutants.js';
import { firstWorld, type World } from './rollout-world.js';
import type { WorldAction } from './world-actions.js';

jest.setTimeout(3_600_000);

const LONG = process.env.GUIDON_TEST_LONG === '1';
const PEOPLE: readonly WorldAction[] = [
  'kill',
  'revive',
  'pause',
  'resume',
  'acknowledge',
  'roll-back',
  'approve',
];
const ONE_WRITER: readonly WorldAction[] = ['clock', 'read-0', 'write-0'];
/** Enough to find every seeded mistake with one controller. */
const ENOUGH: readonly WorldAction[] = [...ONE_WRITER, ...PEOPLE, 'failure', 'staleness'];
/** What is gone through whole within seconds. */
const SHORT: readonly WorldAction[] = [
  ...ONE_WRITER,
  'kill',
  'revive',
  'pause',
  'resume',
  'approve',
  'roll-back',
];

/** A controller that has lost the lease and does not know it is one that acts at once with another. */
const TWO_WRITERS: readonly WorldAction[] = [...SHORT, 'read-1', 'write-1'];

const worlds: readonly (readonly [name: string, first: World, actions: readonly WorldAction[]])[] = [
  ['one controller, kills, pauses and approvals', firstWorld(0), SHORT],
  ...(LONG
    ? ([
        ['one controller, and failures and old data as well', firstWorld(0), ENOUGH],
        ['two controllers at once, kills, pauses and approvals', firstWorld('both'), TWO_WRITERS],
      ] as const)
    : []),
];

it.each(worlds)('breaks nothing in any state of %s', (name, first, actions) => {
  const found = explore(first, { actions });
  console.info(`${name}: ${found.states} states, ${found.transitions} transitions`);
  expect(found.broken).toBeUndefined();
  expect(found).toMatchObject({ isWhole: true });
});

(LONG ? it.each(MUTANTS) : it.each(MUTANTS.slice(0, 2)))(
  'finds the shortest way to break it with: $name',
  ({ rules, caughtBy, name }) => {
    const { broken, states } = explore(firstWorld(0), { rules, actions: ENOUGH, looksFor: caughtBy });
    console.info(
      `${name}: ${broken?.ids.join(', ')} after ${broken?.actions.join(' → ')} (${states} states)`,
    );
    expect(broken?.ids[0]).toBeDefined();
  },
);
