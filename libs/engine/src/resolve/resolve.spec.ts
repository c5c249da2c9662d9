import { describe, expect, it } from '@jest/globals';
import { bucketing, split } from '../../test/build-ruleset.js';
import type { Condition, Flag, FlagEnvironment, Plan, Position, Project, Snapshot } from '../model/index.js';
import { canonicalJson } from '../model/index.js';
import { resolve } from './resolve.js';

const pro: Condition = { op: 'string', attribute: 'plan', test: 'in', values: ['pro'] };
const inSegment = (...any: string[]): Condition => ({ op: 'segment', any });
const plan: Plan = { stages: [], guards: [], alpha: 0.05, holdoutParts: 0, windows: [] };

function flagFile(key: string, change: Partial<Flag> = {}): Flag {
  return {
    key,
    path: `${key}.yaml`,
    type: 'release',
    owner: 'payments',
    description: 'One page',
    tags: [],
    links: [],
    requires: [],
    essential: false,
    waive: new Map(),
    valueType: 'boolean',
    variants: [
      { name: 'off', value: false },
      { name: 'on', value: true },
    ],
    safe: 'off',
    environments: new Map(),
    ...change,
  };
}

function inProduction(environment: Partial<FlagEnvironment>): Pick<Flag, 'environments'> {
  return { environments: new Map([['production', { rules: [], rest: { serve: 'off' }, ...environment }]]) };
}

function snapshot(flags: Flag[], segments: Record<string, Condition> = {}): Snapshot {
  return {
    project: {} as Project,
    segments: new Map(
      Object.entries(segments).map(([key, when]) => [
        key,
        { key, path: '', owner: '', description: '', when },
      ]),
    ),
    flags: new Map(flags.map((flag) => [flag.key, flag])),
    tests: new Map(),
    files: new Map(),
  };
}

function position(change: Partial<Position> = {}): Position {
  return {
    flag: 'f',
    environment: 'production',
    planHash: 'p',
    to: { serve: 'on' },
    unit: ['targetingKey'],
    salt: 'f',
    holdoutParts: 0,
    reached: [{ stage: 'canary', parts: 1_000 }],
    ...change,
  };
}

const rolling = flagFile(
  'f',
  inProduction({ rollout: { to: { serve: 'on' }, bucketing: bucketing(), plan } }),
);
const rolloutAt = (...positions: Position[]) =>
  resolve(snapshot([rolling]), positions, 'production', 'r1').flags.f.rollout;

describe('resolve', () => {
  it('serves safe where the flag does not list the environment, and asks for nothing (sentence 11)', () => {
    const flag = flagFile('f', { ...inProduction({}), requires: [{ flag: 'g', variants: ['on'] }] });
    expect(resolve(snapshot([flag]), [], 'staging', 'r1').flags.f).toEqual({
      type: 'boolean',
      variants: [
        ['off', false],
        ['on', true],
      ],
      safe: 'off',
      rest: { serve: 'off' },
    });
  });

  it('serves its one variant everywhere once archived (sentence 39)', () => {
    const flag = flagFile('f', {
      archived: { date: '2027-01-01', serve: 'on' },
      requires: [{ flag: 'g', variants: ['on'] }],
    });
    for (const environment of ['staging', 'production']) {
      const { rest, requires } = resolve(snapshot([flag]), [], environment, 'r1').flags.f;
      expect([rest, requires]).toEqual([{ serve: 'on' }, undefined]);
    }
  });

  it('carries requirements, rules and the last line as they are (sentence 12)', () => {
    const share = { parts: 5_000, bucketing: bucketing() };
    const rules = [
      { id: 'a', when: pro, share, outcome: { serve: 'on' } },
      {
        id: 'b',
        when: pro,
        outcome: {
          split: split([
            ['off', 50],
            ['on', 50],
          ]),
        },
      },
    ];
    const requires = [{ flag: 'g', variants: ['on'] }];
    const flag = flagFile('f', { requires, ...inProduction({ rules, rest: { serve: 'on' } }) });
    expect(resolve(snapshot([flag]), [], 'production', 'r1').flags.f).toMatchObject({
      requires,
      rules,
      rest: { serve: 'on' },
    });
  });

  it('reaches nobody with a rollout that has not begun or stands elsewhere, and leaves one out that was taken out of the file (sentences 31 and 35)', () => {
    expect(rolloutAt()?.reached).toEqual([]);
    expect(rolloutAt(position({ reached: [] }))?.reached).toEqual([]);
    expect(rolloutAt(position({ environment: 'staging' }))?.reached).toEqual([]);
    expect(rolloutAt(position({ flag: 'g' }))?.reached).toEqual([]);
    const taken = snapshot([flagFile('f', inProduction({ rest: { serve: 'on' } }))]);
    expect(resolve(taken, [position()], 'production', 'r1').flags.f).not.toHaveProperty('rollout');
  });

  it('is another ruleset with another plan, and has the segments of stages to come, so that neither changes unseen', () => {
    const withPlan = (change: Partial<Plan>) => {
      const rollout = { to: { serve: 'on' }, bucketing: bucketing(), plan: { ...plan, ...change } };
      const flags = [flagFile('f', inProduction({ rollout }))];
      return resolve(snapshot(flags, { staff: pro, other: pro }), [], 'production', 'r1');
    };
    const stage = { id: 'a', holdMs: 60_000, audience: inSegment('staff') };
    const rulesets = [
      { stages: [stage] },
      { stages: [{ ...stage, holdMs: 61_000 }] },
      { holdoutParts: 5 },
    ].map(withPlan);
    expect(new Set(rulesets.map(({ flags }) => flags.f.rollout?.intent)).size).toBe(3);
    expect(rulesets.map(({ segments }) => Object.keys(segments))).toEqual([['staff'], ['staff'], []]);
  });

  it('keeps the highest percent of each distinct audience that was reached (sentence 32)', () => {
    const staff = inSegment('staff');
    // The same audience with its keys in another order is the same audience.
    const alsoStaff = JSON.parse('{"any":["staff"],"op":"segment"}') as Condition;
    const reached = [
      { stage: 'a', audience: staff, parts: 10_000 },
      { stage: 'b', parts: 1_000 },
      { stage: 'c', audience: alsoStaff, parts: 50_000 },
      { stage: 'd', parts: 5_000 },
      { stage: 'e', audience: pro, parts: 100_000 },
    ];
    expect(rolloutAt(position({ reached }))).toEqual({
      intent: expect.stringMatching(/^[0-9a-f]{32}$/),
      to: { serve: 'on' },
      unit: ['targetingKey'],
      salt: 'f',
      algorithm: 'native',
      holdoutParts: 0,
      reached: [{ audience: staff, parts: 50_000 }, { parts: 5_000 }, { audience: pro, parts: 100_000 }],
    });
  });

  it('names the outcomes that guards look at, of the plan that the rollout began with', () => {
    const guarded = (guards: Plan['guards'], change: Partial<Position> = {}) => {
      const intent = { to: { serve: 'on' }, bucketing: bucketing(), plan: { ...plan, guards } };
      const flag = flagFile('f', inProduction({ rollout: intent }));
      return resolve(snapshot([flag]), [position(change)], 'production', 'r1').flags.f.rollout;
    };
    const guard = (id: string, type: string, outcome?: string) =>
      ({ id, type, outcome, onAlarm: 'pause' }) as Plan['guards'][number];
    expect(guarded([])).not.toHaveProperty('outcomes');
    const guards = [
      guard('errors', 'ratio', 'http.error'),
      guard('most', 'ceiling', 'http.error'),
      guard('paid', 'ratio', 'cart.paid'),
      guard('slow', 'latency', 'http.latency'),
      guard('money', 'prometheus'),
    ];
    expect(guarded(guards)?.outcomes).toEqual({
      failures: ['cart.paid', 'http.error'],
      durations: ['http.latency'],
    });
    const outcomes = { failures: ['before.the.edit'] };
    expect(guarded(guards, { outcomes })?.outcomes).toEqual(outcomes);
  });

  it('lets the position win over a file that was edited after the rollout began (sentence 34)', () => {
    const begun = position({
      to: { serve: 'off' },
      salt: 'old',
      unit: ['accountId'],
      algorithm: 'flagd-v2',
      holdoutParts: 9,
    });
    expect(rolloutAt(begun)).toMatchObject({
      to: { serve: 'off' },
      salt: 'old',
      unit: ['accountId'],
      algorithm: 'flagd-v2',
      holdoutParts: 9,
    });
  });

  it('carries only segments that the environment can reach, also through other segments and audiences', () => {
    const flag = flagFile('f', {
      environments: new Map([
        [
          'production',
          {
            rules: [
              {
                id: 'r',
                when: { op: 'all', of: [pro, { op: 'not', of: inSegment('outer') }] },
                outcome: { serve: 'on' },
              },
            ],
            rollout: { to: { serve: 'on' }, bucketing: bucketing(), plan },
            rest: { serve: 'off' },
          },
        ],
        [
          'staging',
          {
            rules: [{ id: 'r', when: inSegment('tests'), outcome: { serve: 'on' } }],
            rest: { serve: 'off' },
          },
        ],
      ]),
    });
    const segments = {
      tests: pro,
      outer: { op: 'any', of: [inSegment('inner', 'outer'), pro] } as Condition,
      inner: pro,
      staff: pro,
      other: pro,
    };
    const audience = position({ reached: [{ stage: 's', audience: inSegment('staff'), parts: 100_000 }] });
    const made = snapshot([flag], segments);
    expect(Object.keys(resolve(made, [audience], 'production', 'r1').segments)).toEqual([
      'inner',
      'outer',
      'staff',
    ]);
    expect(Object.keys(resolve(made, [audience], 'staging', 'r1').segments)).toEqual(['tests']);
  });

  it('gives equal text for equal content, in code-point order, with no undefined field', () => {
    const flags = ['b', 'a', 'Z', 'constructor', 'b.a', 'b-a'].map((key) => flagFile(key, inProduction({})));
    const one = resolve(snapshot(flags), [], 'production', 'r1');
    const other = resolve(snapshot([...flags].reverse()), [], 'production', 'r1');
    expect(Object.keys(one.flags)).toEqual(['Z', 'a', 'b', 'b-a', 'b.a', 'constructor']);
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    // Flag by flag, because strict equality asks the map for its constructor and would get the flag of that name.
    for (const flag of Object.values(one.flags)) {
      expect(JSON.parse(JSON.stringify(flag))).toStrictEqual(flag);
    }
    expect(one).toMatchObject({ format: 1, environment: 'production', revision: 'r1' });
  });
});

describe('canonicalJson', () => {
  it('orders keys, leaves undefined fields out and refuses what is no JSON', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined, A: true })).toBe(
      '{"A":true,"b":[1,{"c":"x","d":null}]}',
    );
    expect(() => canonicalJson([() => 1])).toThrow('function is not JSON');
  });
});
