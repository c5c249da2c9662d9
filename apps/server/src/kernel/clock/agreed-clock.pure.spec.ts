import { fakeClock } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import { AgreedClock } from './agreed-clock.js';

const START_MS = 1_000_000;
const DATABASE_MS = 5_000_000;

/** A host whose clock a test can step, as a person or a time daemon does; the monotonic one goes on. */
function aHost() {
  const clock = fakeClock(START_MS);
  let stepMs = 0;
  const own = {
    ...clock,
    nowMs: () => clock.nowMs() + stepMs,
    step: (byMs: number) => {
      stepMs += byMs;
    },
  };
  return { own, agreed: new AgreedClock(own) };
}

it('is the own clock of the host until the database has said the time', () => {
  const { own, agreed } = aHost();
  own.advance(10);
  expect([agreed.nowMs(), agreed.hostAheadMs()]).toEqual([START_MS + 10, 0]);
});

it('is the time of the database from then on, and goes on by the monotonic clock', () => {
  const { own, agreed } = aHost();
  agreed.take({ askedElapsedMs: 0, answeredElapsedMs: 0, databaseMs: DATABASE_MS });
  own.advance(1_000);
  expect(agreed.nowMs()).toBe(DATABASE_MS + 1_000);
  expect(agreed.hostAheadMs()).toBe(START_MS - DATABASE_MS);
  own.step(600_000);
  expect(agreed.nowMs()).toBe(DATABASE_MS + 1_000);
});

it('is not made worse by an answer that took long, and mended by one that was quick', () => {
  const { own, agreed } = aHost();
  own.advance(10_000);
  // Somewhere within ten seconds: the middle.
  agreed.take({ askedElapsedMs: 0, answeredElapsedMs: 10_000, databaseMs: DATABASE_MS });
  expect(agreed.nowMs()).toBe(DATABASE_MS + 5_000);
  agreed.take({ askedElapsedMs: 9_998, answeredElapsedMs: 10_000, databaseMs: DATABASE_MS + 9_000 });
  expect(agreed.nowMs()).toBe(DATABASE_MS + 9_000);
  agreed.take({ askedElapsedMs: 0, answeredElapsedMs: 10_000, databaseMs: DATABASE_MS + 2_000 });
  expect(agreed.nowMs()).toBe(DATABASE_MS + 9_000);
});

it('follows the clock of the database when that is set anew', () => {
  const { agreed } = aHost();
  const reading = { askedElapsedMs: 0, answeredElapsedMs: 0 };
  agreed.take({ ...reading, databaseMs: DATABASE_MS });
  agreed.take({ ...reading, databaseMs: DATABASE_MS - 3_000 });
  expect(agreed.nowMs()).toBe(DATABASE_MS - 3_000);
});
