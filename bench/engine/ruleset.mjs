/** The neutral flags in the form that a server sends to its SDKs. */
import { SEGMENTS } from './workload.mjs';

const TOTAL = 100_000;
const BOOLEAN = [
  ['off', false],
  ['on', true],
];

export function makeRuleset(flags) {
  return {
    format: 1,
    environment: 'production',
    revision: '0'.repeat(40),
    flags: Object.fromEntries(flags.map((flag) => [flag.key, rulesetFlag(flag)])),
    segments: Object.fromEntries([...SEGMENTS].map(([key, conditions]) => [key, every(conditions)])),
  };
}

function rulesetFlag(flag) {
  const bucketing = { by: ['targetingKey'], salt: flag.key, algorithm: 'native' };
  const boolean = { type: 'boolean', variants: BOOLEAN, safe: 'off' };
  switch (flag.class) {
    case 'boolean':
      return { ...boolean, rest: { serve: flag.on ? 'on' : 'off' } };
    case 'split': {
      const on = flag.percent * 1000;
      const arms = [
        ['off', TOTAL - on],
        ['on', on],
      ];
      return { ...boolean, rest: { split: { arms, total: TOTAL, bucketing } } };
    }
    case 'multivariate': {
      const arms = flag.arms.map(({ name, percent }) => [name, percent * 1000]);
      return {
        type: 'object',
        variants: flag.arms.map(({ name, value }) => [name, value]),
        safe: 'v0',
        rest: { split: { arms, total: TOTAL, bucketing } },
      };
    }
    default: {
      const when =
        flag.segment === undefined ? every(flag.conditions) : { op: 'segment', any: [flag.segment] };
      const requires =
        flag.requires === undefined ? {} : { requires: [{ flag: flag.requires, variants: ['on'] }] };
      return {
        ...boolean,
        ...requires,
        rules: [{ id: 'match', when, outcome: { serve: 'on' } }],
        rest: { serve: 'off' },
      };
    }
  }
}

function every(conditions) {
  const of = conditions.map(condition);
  return of.length === 1 ? of[0] : { op: 'all', of };
}

function condition({ attribute, is, in: values, startsWith, above, atLeast }) {
  if (is !== undefined) return { op: 'string', attribute, test: 'in', values: [is] };
  if (values !== undefined) return { op: 'string', attribute, test: 'in', values };
  if (startsWith !== undefined) return { op: 'string', attribute, test: 'startsWith', values: [startsWith] };
  if (above !== undefined) return { op: 'number', attribute, test: 'gt', values: [above] };
  return { op: 'semver', attribute, test: 'gte', values: [atLeast] };
}
