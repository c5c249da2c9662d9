import { expect, it } from '@jest/globals';
import { codesOf, release, scenario } from '../language/scenario.js';

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
    'config-shaped',
  ]);
});

function configSentences(variants: string): string[] {
  const { findings } = scenario({ 'a.yaml': release(`${variants}\n`) }).result;
  return findings.filter(({ code }) => code === 'config-shaped').map(({ sentence }) => sentence);
}

it('tells every variant that holds configuration, and everything in it, without its text', () => {
  const fields =
    'dbUrl: "x", key: "ghp_0123456789abcdefghij0123", retries: 3, nested: [{ port: 1 }, "500ms"]';
  expect(configSentences(`variants: { off: "10.0.0.7", plain: fine, wide: "https://a.example" }`)).toEqual([
    'The variant "off" holds an address.',
    'The variant "wide" holds a URL.',
  ]);
  expect(configSentences(`variants: { off: { ${fields} } }`)).toEqual([
    'The variant "off" holds the setting "dbUrl", a credential, the setting "retries", the setting "port" and a time span.',
  ]);
});

it('tells ten of them and counts the rest', () => {
  const many = (amount: number, of: (index: number) => string) =>
    Array.from({ length: amount }, (_, index) => of(index)).join(', ');
  const told = configSentences(
    `variants: { off: a, ${many(13, (index) => `v${index + 10}: "10.0.0.${index}"`)} }`,
  );
  expect(told).toHaveLength(10);
  expect(told.at(-2)).toBe('The variant "v18" holds an address.');
  expect(told.at(-1)).toBe('The variant "v19" holds an address. And 3 more hold the like.');
  const [wide] = configSentences(`variants: { off: { ${many(12, (index) => `url${index}Ms: a`)} } }`);
  expect(wide).toMatch(/the setting "url9Ms" and 2 more\.$/);
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
