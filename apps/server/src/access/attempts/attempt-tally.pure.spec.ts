import { expect, it } from '@jest/globals';
import { AttemptTally } from './attempt-tally.js';

const ada = { kind: 'key', name: 'key:abc/ada@acme.example' } as const;
const source = (name: string) => ({ kind: 'source', name }) as const;
const PRESS = 'POST /api/v1/red-button';

it('tells the first attempts of a key one by one, and counts the others by what they were', () => {
  const tally = new AttemptTally();
  expect([1, 2, 3, 4, 5].map(() => tally.take(ada, PRESS))).toEqual([true, true, true, false, false]);
  expect(tally.take(ada, 'POST /api/v1/keys')).toBe(false);
  expect(tally.drain()).toEqual({
    summaries: [{ ...ada, count: 3, operations: { [PRESS]: 2, 'POST /api/v1/keys': 1 } }],
    others: 0,
  });
  expect(tally.drain()).toEqual({ summaries: [], others: 0 });
  expect(tally.take(ada, PRESS)).toBe(true);
});

it('never tells of wrong keys one by one', () => {
  const tally = new AttemptTally();
  expect(tally.take(source('10.0.0.1'), PRESS)).toBe(false);
  expect(tally.drain().summaries).toEqual([
    { kind: 'source', name: '10.0.0.1', count: 1, operations: { [PRESS]: 1 } },
  ]);
});

it('writes a bounded number of entries a minute, whoever tries how often', () => {
  const tally = new AttemptTally();
  let told = 0;
  for (let index = 0; index < 10_000; index += 1) {
    if (tally.take({ kind: 'key', name: `key:${index % 500}/x` }, `POST /${index}`)) told += 1;
    tally.take(source(`10.0.${index % 250}.${index % 7}`), PRESS);
  }
  const { summaries, others } = tally.drain();
  expect(told).toBeLessThanOrEqual(60);
  expect(summaries.length).toBeLessThanOrEqual(50);
  expect(told + others + summaries.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
  expect(summaries.every(({ operations }) => Object.keys(operations).length <= 21)).toBe(true);
});
