import { aRuleset, aRulesetFlag } from '@guidon/testkit';
import { expect, it } from '@jest/globals';
import type { LiveCandidate, LiveEnvironment } from '../catalog/index.js';
import { knownFlags } from './known-flags.js';

const serving = (flag: string) => ({ ruleset: aRuleset({ [flag]: aRulesetFlag() }) }) as LiveEnvironment;

it('knows the flags and variants of both rulesets of a wave, and nothing that only looks like one', () => {
  const known = knownFlags({
    current: (environment) => (environment === 'production' ? serving('checkout') : undefined),
    candidate: () => ({ live: serving('just-added') }) as LiveCandidate,
  });
  const has = (flag: string) => known.has('production', flag);
  expect(['checkout', 'just-added', 'gone', 'constructor', '__proto__', ''].map(has)).toEqual([
    ...[true, true],
    ...[false, false, false, false],
  ]);
  const hasVariant = (flag: string, variant: string) => known.hasVariant('production', flag, variant);
  expect([hasVariant('checkout', 'on'), hasVariant('just-added', 'off')]).toEqual([true, true]);
  expect([hasVariant('checkout', 'onn'), hasVariant('gone', 'on')]).toEqual([false, false]);
});
