import { expect, test } from '@jest/globals';
import { fakeClock } from './fake-clock.js';

test('runs timers in the order in which they fall due', () => {
  const clock = fakeClock(1_000);
  const seen: string[] = [];
  clock.after(30, () => seen.push(`late ${clock.nowMs()}`));
  clock.after(10, () => clock.after(5, () => seen.push(`nested ${clock.nowMs()}`)));
  clock.every(20, () => seen.push(`period ${clock.nowMs()}`));
  clock.after(15, () => seen.push('cancelled')).cancel();
  clock.advance(40);
  expect(seen).toEqual(['nested 1015', 'period 1020', 'late 1030', 'period 1040']);
  expect(clock.nowMs()).toBe(1_040);
  expect(clock.elapsedMs()).toBe(40);
  expect(clock.pending()).toBe(1);
});

test('lets promises that a timer started go on before the next timer', async () => {
  const clock = fakeClock();
  const seen: string[] = [];
  clock.after(1, async () => {
    await Promise.resolve();
    seen.push('first, after its await');
  });
  clock.after(2, () => void seen.push('second'));
  await clock.advanceAsync(5);
  expect(seen).toEqual(['first, after its await', 'second']);
});
