import { expect, it } from '@jest/globals';
import { COMMENT_MARKER, escaped, markdownPlan } from './markdown-plan.js';
import type { FlagPlan, PlanDocument } from './plan-document.js';

const HOSTILE =
  '@ada `x` <img src=x onerror=a()> [a](https://b.example) | a | **b** #12 !7 ~tag GH-5 www.c.example --> \n/close';

function planOf(changes: Partial<PlanDocument> = {}): PlanDocument {
  const plan: PlanDocument = {
    ...{ format: 1, verdict: 'blocked', folder: 'flags', base: null, compared: 'Compared with main.' },
    ...{ frozen: [HOSTILE], flags: [flagOf('a')], contexts: null },
    segments: [{ segment: HOSTILE, text: HOSTILE, flags: [HOSTILE] }],
    blocks: [
      { code: 'blank', sentence: HOSTILE, path: `${HOSTILE}.yaml`, line: 1, fix: HOSTILE, policy: HOSTILE },
    ],
    holds: [{ kind: 'mass-change', sentence: HOSTILE, paths: [] }],
  };
  return { ...plan, ...changes };
}

function flagOf(flag: string): FlagPlan {
  return {
    ...{ flag, path: HOSTILE, owner: HOSTILE, description: HOSTILE, status: 'changed' },
    changes: [{ kind: 'details', text: HOSTILE }],
    environments: [
      {
        ...{ environment: 'production', protected: true, assumptions: [] },
        changes: [{ kind: 'rest', text: HOSTILE }],
        shifts: [
          { before: { [HOSTILE]: 10 }, after: { [HOSTILE]: 100 }, moved: 90, pairs: [], rule: HOSTILE },
        ],
        measured: {
          changed: { percent: 90, low: 88, high: 92 },
          pairs: [{ from: null, to: HOSTILE, percent: 90, low: 88, high: 92 }],
          exposure: [],
        },
      },
    ],
  };
}

it('begins with the hidden line by which the comment is found again', () => {
  expect(markdownPlan(planOf()).split('\n')[0]).toBe(COMMENT_MARKER);
});

it('lets nothing from a file ping, link, run, close or break a table', () => {
  const text = markdownPlan(planOf()).slice(COMMENT_MARKER.length);
  expect(text).not.toMatch(/@(?!&#8203;)/);
  expect(text).not.toMatch(/https?:\/\/|www\.|GH-|\[a\]|<img|`|\*\*b|(?<!&)#12|!7|~tag|-->|^\/close/m);
  // Only what this command itself writes is HTML.
  expect([...new Set(text.match(/<\/?[a-z]+/g))].sort()).toEqual(['</code', '<br', '<code']);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(rows).toHaveLength(6);
  for (const row of rows) expect(row.split('|')).toHaveLength(6);
});

it('leaves ordinary words readable', () => {
  expect(escaped('on for 10 → 100 of everyone else, ten times as many. x-y/z')).toBe(
    'on for 10 → 100 of everyone else, ten times as many. x-y/z',
  );
});

it('stays below what hosts take, and counts what is left out', () => {
  const flags = Array.from({ length: 400 }, (_, i) => flagOf(`flag-${i}`));
  const text = markdownPlan(planOf({ flags }));
  expect(text.length).toBeLessThan(65_536);
  expect(text).toMatch(/…and \d+ more; `guidon plan` tells them all\./);
});
