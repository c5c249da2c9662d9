import { expect, it } from '@jest/globals';
import type { InstanceRow, WindowRow } from './report-rows.js';
import { UsageBuffer } from './usage-buffer.js';
import { WebAllowance } from './web-allowance.js';

const anInstance = (instance: string, lastSeenMs: number): InstanceRow => ({
  environment: 'production',
  instance,
  boot: 'b',
  sdk: { name: 'n', version: '1' },
  lastSeenMs,
  closed: false,
});
const aWindow = (sequence: number) => ({ sequence }) as WindowRow;

it('keeps the newest word of each instance', () => {
  const buffer = new UsageBuffer();
  buffer.add(anInstance('a', 2), []);
  buffer.add(anInstance('a', 1), []);
  buffer.add(anInstance('b', 1), []);
  expect(buffer.take(10).instances.map(({ instance, lastSeenMs }) => [instance, lastSeenMs])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(buffer.size).toBe(0);
});

it('throws the oldest away when nobody takes anything, and says how much', () => {
  const buffer = new UsageBuffer(100);
  for (let index = 0; index < 1000; index++) buffer.add(anInstance(`i-${index}`, index), [aWindow(index)]);
  expect(buffer.size).toBeLessThanOrEqual(200);
  const { instances, windows } = buffer.take(1000);
  expect(instances.at(-1)?.instance).toBe('i-999');
  expect(windows.at(-1)).toEqual(aWindow(999));
  expect(buffer.dropped).toBe(2000 - instances.length - windows.length);
});

it('takes back what could not be stored without losing what came since', () => {
  const buffer = new UsageBuffer();
  buffer.add(anInstance('a', 1), [aWindow(1)]);
  buffer.add(anInstance('b', 1), []);
  const portion = buffer.take(10);
  buffer.add(anInstance('a', 2), [aWindow(2)]);
  buffer.putBack(portion);
  const { instances, windows } = buffer.take(10);
  expect(new Map(instances.map((row) => [row.instance, row.lastSeenMs]))).toEqual(
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
  expect(windows).toEqual([aWindow(1), aWindow(2)]);
});

it('caps web keys by environment and second', () => {
  const allowance = new WebAllowance(2);
  const asked = [0, 1, 999, 1000].map((nowMs) => allowance.admits('production', nowMs));
  expect(asked).toEqual([true, true, false, true]);
  expect(allowance.admits('staging', 999)).toBe(true);
});
