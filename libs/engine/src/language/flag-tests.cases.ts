import { expect } from '@jest/globals';
import { change, release, scenario } from './scenario.js';
import { sentence } from './sentence.js';

const flag = release(`requires: { base: on }
environments:
  development: on
  production:
    rules: [{ id: web, when: { platform: web }, serve: off }]
    rollout: { to: on, plan: careful }
    serve: off
`);
const base = release('environments: { development: on, production: on }\n');

function tests(...cases: string[]): string {
  return `cases:\n${cases.map((one) => `  - ${one}\n`).join('')}`;
}

const withTests = (...cases: string[]) =>
  scenario({ 'base.yaml': base, 'a.yaml': flag, 'a.test.yaml': tests(...cases) });

sentence(40, 'runs cases with context, now, stage, pinned flags and expected rules', () => {
  const shop = withTests(
    '{ name: not begun, context: { targetingKey: u-1 }, expect: { development: on, production: off } }',
    '{ name: staff first, context: { email: Ada@Acme.Example }, stage: staff, expect: { production: on } }',
    '{ name: everyone, stage: done, now: "2027-01-01T00:00:00Z", expect: { production: on } }',
    '{ name: pinned, stage: done, flags: { base: off }, expect: { development: off, production: off } }',
    '{ name: by rule, stage: done, context: { platform: web }, expect: { production: { variant: off, rule: web } } }',
  );
  expect(shop.result.findings).toEqual([]);
  expect(shop.snapshot.tests.get('a')?.cases).toHaveLength(5);
});

sentence(40, 'refuses a flag whose own tests fail and points at the case', () => {
  const shop = withTests(
    '{ name: good, expect: { development: on } }',
    '{ name: bad, expect: { development: off } }',
  );
  const finding = shop.result.findings.find(({ path }) => path === 'a.test.yaml');
  expect(finding).toMatchObject({ code: 'test-failed', line: 3, pointer: '/cases/1' });
  expect(finding?.sentence).toContain('"bad" expects "off" in development, but gets "on"');
  expect(shop.snapshot.flags.has('a')).toBe(false);
  expect(shop.result.frozen).toEqual(['a.test.yaml', 'a.yaml']);
});

sentence(40, 'keeps a flag at its last good version when a change fails its tests', () => {
  const files = {
    'base.yaml': base,
    'a.yaml': flag,
    'a.test.yaml': tests('{ name: on, expect: { development: on } }'),
  };
  const broken = change(files, { ...files, 'a.yaml': flag.replace('development: on', 'development: off') });
  expect(broken.errors).toEqual(['a.test.yaml test-failed', 'a.yaml test-failed']);
  expect([broken.result.frozen, broken.variant('a', 'development')]).toEqual([['a.yaml'], 'on']);
  const wrongTest = change(files, {
    ...files,
    'a.test.yaml': tests('{ name: on, expect: { development: off } }'),
  });
  expect([wrongTest.errors, wrongTest.result.frozen]).toEqual([['a.test.yaml test-failed'], ['a.test.yaml']]);
});

sentence(40, 'puts back the other file that makes a test fail', () => {
  const files = {
    'base.yaml': base,
    'a.yaml': flag,
    'a.test.yaml': tests('{ name: on, expect: { development: on } }'),
  };
  const other = change(files, { ...files, 'base.yaml': base.replace('development: on', 'development: off') });
  expect(other.errors).toEqual(['base.yaml breaks-other-file']);
  expect(other.variant('a', 'development')).toBe('on');
});

sentence(40, 'refuses contexts that the project does not allow, and unknown names', () => {
  const codes = (one: string) =>
    withTests(one)
      .result.findings.filter(({ path, severity }) => path === 'a.test.yaml' && severity === 'error')
      .map(({ code }) => code);
  const expectation = 'expect: { development: on }';
  expect(codes(`{ name: x, context: { emial: a }, ${expectation} }`)).toEqual(['unknown-attribute']);
  expect(codes(`{ name: x, context: { orders: "7" }, ${expectation} }`)).toEqual(['test-context']);
  expect(codes(`{ name: x, context: { platform: windows }, ${expectation} }`)).toEqual(['test-context']);
  expect(codes(`{ name: x, context: { now: 2026-01-01 }, ${expectation} }`)).toEqual(['unknown-attribute']);
  expect(codes('{ name: x, stage: hal, expect: { production: on } }')).toEqual(['unknown-stage']);
  expect(codes('{ name: x, expect: { staging: on } }')).toEqual(['unknown-environment']);
  expect(codes('{ name: x, expect: { development: blue } }')).toEqual(['unknown-variant']);
  expect(codes('{ name: x, expect: { production: { variant: off, rule: wbe } } }')).toEqual(['unknown-rule']);
  expect(codes(`{ name: x, flags: { bse: on }, ${expectation} }`)).toEqual(['unknown-flag']);
  expect(codes(`{ ${expectation} }`)).toEqual(['missing-field']);
  expect(
    codes(`{ name: x, context: { store: { country: NO }, skus: [a, b], appVersion: v2.3 }, ${expectation} }`),
  ).toEqual([]);
});
