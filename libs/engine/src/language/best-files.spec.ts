import { expect, it } from '@jest/globals';
import { BEST_FLAG, BEST_PROJECT, BEST_REST, BEST_TEST } from './best-files.js';
import { scenario } from './scenario.js';

const FILES = {
  ...BEST_REST,
  'guidon.yaml': BEST_PROJECT,
  'payments/new-checkout.yaml': BEST_FLAG,
  'payments/new-checkout.test.yaml': BEST_TEST,
};

it('loads the files that show the language at its best without a finding', () => {
  const shop = scenario(FILES);
  expect(shop.result.findings).toEqual([]);
  expect(shop.result.state).toBe('accepted');
  expect(shop.snapshot.tests.get('new-checkout')?.cases).toHaveLength(6);
});

it('fails each of their six cases when its expectation is turned round', () => {
  const cases = [...BEST_TEST.matchAll(/production: (on|off) }/g)];
  expect(cases).toHaveLength(6);
  for (const match of cases) {
    const turned = `production: ${match[1] === 'on' ? 'off' : 'on'} }`;
    const text = BEST_TEST.slice(0, match.index) + turned + BEST_TEST.slice(match.index + match[0].length);
    const { errors } = scenario({ ...FILES, 'payments/new-checkout.test.yaml': text });
    expect(errors).toContain('payments/new-checkout.test.yaml test-failed');
  }
});

it('answers as the files say', () => {
  const shop = scenario(FILES);
  const ask = (context: object, stage?: string) =>
    shop.ask('new-checkout', 'production', {
      context: { ...context },
      ...(stage === undefined ? {} : { stage }),
    });
  expect(ask({ platform: 'ios', appVersion: '2.9.3' }, 'done')).toMatchObject({
    variant: 'off',
    ruleId: 'broken-old-apps',
  });
  expect(ask({ platform: 'ios', appVersion: '2.10.0' }, 'done')).toMatchObject({
    variant: 'on',
    reason: 'SPLIT',
  });
  const nordic = { store: { country: 'NO' }, email: 'x@Partner.Example' };
  const pilot = Array.from({ length: 400 }, (_, index) => ask({ ...nordic, accountId: `acct-${index}` }));
  const taken = pilot.filter(({ ruleId }) => ruleId === 'nordic-pilot').length;
  expect(taken).toBeGreaterThan(20);
  expect(taken).toBeLessThan(85);
  expect(ask({ ...nordic, accountId: 'acct-404' }).ruleId).toBeUndefined();
});
