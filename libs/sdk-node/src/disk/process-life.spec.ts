import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { isAlive, type Life, openSight, type Sight } from './process-life.js';

const own: Life = { pid: 1, place: 'here', born: '100' };
const sight = (look: Sight['look']): Sight => ({ own, look });
const mark: Life = { pid: 7, place: 'here', born: '200' };
const runs = (born: string, isOver = false) => sight(() => ({ born, isOver }));
const YEAR = 31_536_000_000;

describe('isAlive', () => {
  test.each([
    ['one that runs, however long it was stopped', mark, runs('200'), YEAR, true],
    ['one that is gone, however young its mark', mark, sight(() => 'gone'), 0, false],
    ['one whose number was used again', mark, runs('201'), 0, false],
    ['one that has ended and was not waited for', mark, runs('200', true), 0, false],
    ['one that cannot be seen and touches its mark', mark, sight(() => 'unknown'), 9_000, true],
    ['one that cannot be seen and does not', mark, sight(() => 'unknown'), 11_000, false],
    [
      'one of another container that touches its mark',
      { ...mark, place: 'there' },
      sight(() => 'gone'),
      9_000,
      true,
    ],
    ['one of another container that does not', { ...mark, place: 'there' }, runs('200'), 11_000, false],
    [
      'one with a mark of the future, after a clock went back',
      { ...mark, place: 'there' },
      runs('200'),
      -YEAR,
      false,
    ],
    ['an earlier one with our own number', { ...own, born: '99' }, runs('100'), 0, false],
  ] as const)('judges %s', (_, life, seen, untouchedMs, expected) => {
    expect(isAlive(life, seen, untouchedMs)).toBe(expected);
  });

  test('sees a real process come and go', async () => {
    const { own: self, look } = openSight();
    const seen = look(self.pid);
    expect(typeof seen === 'object' ? seen.born : self.born).toBe(self.born);
    const child = spawn('sleep', ['60']);
    const pid = child.pid ?? -1;
    const there = look(pid);
    expect(there).not.toBe('gone');
    const life = { pid, place: self.place, born: typeof there === 'object' ? there.born : '' };
    expect(isAlive(life, { own: self, look }, 0)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(life, { own: self, look }, 0)).toBe(false);
  });
});
