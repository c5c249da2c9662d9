import { type TriedFlag, tryFlags } from '@guidon/engine/load';
import type { Flag } from '@guidon/engine/model';
import { expect, it } from '@jest/globals';
import { describeOutcome } from './describe-outcome.js';

const PROJECT = `project: shop
environments:
  - id: development
  - id: production
attributes:
  country: string
teams:
  shop: { members: [ada@acme.example] }
plans:
  steady:
    stages:
      - { id: half, percent: 50, hold: 1h }
      - { id: full, percent: 100, hold: 1h }
`;
const HEAD = 'type: release\nowner: shop\ndescription: A flag\nexpires: 2027-02-01\nsafe: off\n';

/** What is said of one case that expects the wrong thing. */
function said(flag: string, line: string, more: { readonly [path: string]: string } = {}): string {
  const texts = {
    ...{ 'guidon.yaml': PROJECT, 'a.yaml': HEAD + flag, 'a.test.yaml': `cases:\n  - { name: x, ${line} }\n` },
    ...more,
  };
  const files = Object.entries(texts).map(([path, text]) => ({ path, blob: text, bytes: Buffer.from(text) }));
  const tried = tryFlags(files, Date.UTC(2026, 10, 23)).flags.find(({ key }) => key === 'a') as TriedFlag;
  expect([tried.findings, tried.outcomes.length]).toEqual([[], 1]);
  expect(tried.outcomes[0]?.passed).toBe(false);
  return describeOutcome(tried.outcomes[0]!, tried.flag as Flag);
}

const RULED = `by: targetingKey
environments:
  production:
    rules:
      - { id: north, when: { country: NO }, serve: on }
      - { id: some, when: { country: SE }, percent: 99.999, serve: on }
    rollout: { to: on, plan: steady }
    serve: off
`;

it('names the rule that decided, and that its percentage did', () => {
  expect(said(RULED, 'context: { country: NO }, expect: { production: off }')).toBe(
    'production: expected off, got on, because rule north is the first that matches',
  );
  expect(said(RULED, 'context: { country: SE, targetingKey: u-1 }, expect: { production: off }')).toBe(
    'production: expected off, got on, because rule some is the first that matches, and its percentage or split takes this unit',
  );
  expect(said(RULED, 'context: { country: NO }, expect: { production: { variant: on, rule: some } }')).toBe(
    'production: expected on by rule some, got on, because rule north is the first that matches',
  );
});

it('tells a rollout that has not begun from one that takes or leaves somebody', () => {
  expect(said(RULED, 'expect: { production: on }')).toBe(
    'production: expected on, got off, because no rule takes it (no stage given: the rollout has not begun), so it is everyone else',
  );
  expect(said(RULED, 'context: { targetingKey: u-1 }, stage: full, expect: { production: off }')).toBe(
    'production at stage full: expected off, got on, because no rule takes it and the rollout does',
  );
  expect(said(RULED, 'stage: half, expect: { production: on }')).toBe(
    'production at stage half: expected on, got off, because no rule takes it nor the rollout, so it is everyone else',
  );
});

it('says when an environment serves one variant, is not listed, or the flag is archived', () => {
  expect(said('environments: { production: on }\n', 'expect: { production: off }')).toBe(
    'production: expected off, got on, because that is what the environment serves to everyone',
  );
  expect(said('environments: { production: on }\n', 'expect: { development: on }')).toBe(
    'development: expected on, got off, because the flag does not list development, which then gets its safe variant',
  );
  expect(said('archived: 2026-11-01\nserve: on\n', 'expect: { production: off }')).toBe(
    'production: expected off, got on, because the flag is archived and serves on everywhere',
  );
});

it('says that a requirement may be why, and that a split drew', () => {
  const b = {
    'b.yaml': `${HEAD}environments: { production: { rules: [{ id: r, when: { country: NO }, serve: on }], serve: off } }\n`,
  };
  expect(
    said('requires: { b: on }\nenvironments: { production: on }\n', 'expect: { production: on }', b),
  ).toBe(
    'production: expected on, got off, because no rule takes it, so it is everyone else, or a flag that it requires does not hold',
  );
  const split = 'environments: { production: { split: { on: 99.999, off: 0.001 } } }\n';
  expect(said(split, 'context: { targetingKey: u-1 }, expect: { production: off }')).toBe(
    'production: expected off, got on, because no rule takes it and the split draws this for the unit',
  );
});
