import { expect, it } from '@jest/globals';
import { codesOf, release } from '../language/scenario.js';

const RULE = (when: string, rest = 'serve: off') =>
  `environments:\n  production:\n    rules: [{ id: r, when: ${when}, serve: on }]\n    ${rest}\n`;

it('takes addresses, credentials, time spans, blobs and settings for configuration', () => {
  const values = [
    'https://api.acme.example/v2',
    'db.internal:5432',
    '10.0.0.7',
    'ghp_0123456789abcdefghij0123',
    '500ms',
    'x'.repeat(600),
  ];
  for (const value of values) {
    expect([value, codesOf(release(`variants: { on: "${value}", off: none }\n`))]).toEqual([
      value,
      ['config-shaped'],
    ]);
  }
  expect(codesOf(release('variants: { on: { retryTimeout: 5 }, off: { retryTimeout: 9 } }\n'))).toEqual([
    'config-shaped',
  ]);
});

it('leaves words, colours, numbers and layouts alone', () => {
  expect(codesOf(release('variants: { on: "Buy now", off: "Order with an obligation to pay." }\n'))).toEqual(
    [],
  );
  expect(codesOf(release('variants: { on: 12, off: 24 }\n'))).toEqual([]);
  expect(
    codesOf(release('variants: { on: { columns: 3, title: New }, off: { columns: 2, title: Old } }\n')),
  ).toEqual([]);
});

it('takes a lasting gift by plan for an entitlement, and a rollout for none', () => {
  const project = { 'guidon.yaml': '' };
  const declared = (text: string) => codesOf(text, { ...project, 'guidon.yaml': PROJECT_WITH_TIER });
  expect(declared(release(RULE('{ subscriptionTier: gold }')))).toEqual(['entitlement-shaped']);
  expect(declared(release(RULE('{ subscriptionTier: gold }', 'serve: on')))).toEqual([]);
  const ops = release(
    RULE(`{ accountId: [${Array.from({ length: 11 }, (_, index) => `a${index}`).join(', ')}] }`),
  );
  expect(declared(ops.replace('release', 'ops').replace('expires', 'review'))).toEqual([
    'entitlement-shaped',
  ]);
  expect(declared(ops)).toEqual([]);
});

const PROJECT_WITH_TIER = `project: shop
environments:
  - id: production
attributes:
  accountId: string
  email: string
  subscriptionTier: string
teams:
  payments: { members: [ada@acme.example] }
`;
