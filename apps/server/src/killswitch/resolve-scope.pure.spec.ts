import { aFlag, aProject, aSnapshot, serving } from '@guidon/testkit';
import { describe, expect, it } from '@jest/globals';
import { decideExpiry } from './decide-expiry.js';
import { resolveScope } from './resolve-scope.js';

const rollout = {
  to: { serve: 'on' },
  bucketing: { by: ['targetingKey'], salt: 's', algorithm: 'native' as const },
  plan: { stages: [], guards: [], alpha: 0.05, holdoutParts: 0, windows: [] },
};

const SNAPSHOT = aSnapshot(
  [
    aFlag({ key: 'b', path: 'x/b.yaml', tags: ['pay'] }),
    aFlag({ key: 'a', path: 'a.yaml', owner: 'search', tags: ['pay'] }),
    aFlag({ key: 'vital', path: 'vital.yaml', essential: true, tags: ['pay'] }),
    aFlag({
      key: 'rolling',
      path: 'rolling.yaml',
      environments: new Map([['production', { ...serving('off'), rollout }]]),
    }),
  ],
  { project: aProject({ tags: ['pay', 'unused'] }) },
);
const BOTH = ['development', 'production'];

function targets(scope: Parameters<typeof resolveScope>[0], changedPaths?: readonly string[]) {
  const resolution = resolveScope(scope, { snapshot: SNAPSHOT, environments: BOTH, changedPaths });
  return resolution.kind === 'targets' ? Object.fromEntries(resolution.targets) : resolution;
}

describe('resolveScope', () => {
  it('hits a flag, a tag or a team in every environment asked for, in order of keys', () => {
    expect(targets({ flag: 'b' })).toEqual({ development: ['b'], production: ['b'] });
    expect(targets({ tag: 'pay' })).toEqual({
      development: ['a', 'b', 'vital'],
      production: ['a', 'b', 'vital'],
    });
    expect(targets({ team: 'search' })).toEqual({ development: ['a'], production: ['a'] });
  });

  it('spares essential flags only when everything is meant', () => {
    expect(targets({ all: true })).toEqual({
      development: ['a', 'b', 'rolling'],
      production: ['a', 'b', 'rolling'],
    });
    expect(targets({ flag: 'vital' })).toEqual({ development: ['vital'], production: ['vital'] });
  });

  it('hits what only an earlier revision has, in the environments that still serve it', () => {
    const gone = aFlag({ key: 'gone', path: 'gone.yaml', tags: ['pay'] });
    const earlier = [aSnapshot([gone, aFlag({ key: 'b', path: 'x/b.yaml', tags: ['old'] })])];
    const isServed = (environment: string) => environment === 'production';
    const facts = { snapshot: SNAPSHOT, environments: BOTH, earlier, isServed };
    const hit = (scope: Parameters<typeof resolveScope>[0]) => {
      const resolution = resolveScope(scope, facts);
      return resolution.kind === 'targets' ? Object.fromEntries(resolution.targets) : resolution;
    };
    expect(hit({ flag: 'gone' })).toEqual({ production: ['gone'] });
    expect(hit({ tag: 'old' })).toEqual({ development: ['b'], production: ['b'] });
    expect(resolveScope({ flag: 'gone' }, { ...facts, earlier: [] })).toMatchObject({ kind: 'flag-unknown' });
  });

  it('hits in an environment that was removed exactly what it serves', () => {
    const earlier = [aSnapshot([aFlag({ key: 'b', path: 'x/b.yaml' })])];
    const isServed = (environment: string, flag: string) => environment === 'staging' && flag === 'b';
    const facts = { snapshot: SNAPSHOT, environments: ['production', 'staging'], earlier, isServed };
    expect(resolveScope({ all: true }, facts)).toEqual({
      kind: 'targets',
      targets: new Map([
        ['production', ['a', 'b', 'rolling']],
        ['staging', ['b']],
      ]),
    });
  });

  it('hits rollouts where they run', () => {
    expect(targets({ rollouts: true })).toEqual({ production: ['rolling'] });
  });

  it('hits the flags whose files a commit changed', () => {
    expect(targets({ commit: 'c0ffee0' }, ['x/b.yaml', 'guidon.yaml', 'gone.yaml'])).toEqual({
      development: ['b'],
      production: ['b'],
    });
    expect(targets({ commit: 'c0ffee0' }, ['README.md'])).toMatchObject({ kind: 'empty' });
    expect(targets({ commit: 'c0ffee0' })).toMatchObject({
      kind: 'empty',
      reason: expect.stringContaining('not known'),
    });
  });

  it('says what there is when nothing is hit', () => {
    expect(targets({ flag: 'constructor' })).toEqual({ kind: 'flag-unknown', flag: 'constructor' });
    expect(targets({ tag: 'unused' })).toMatchObject({
      kind: 'empty',
      reason: expect.stringContaining('pay, unused'),
    });
    expect(targets({ team: 'nobody' })).toMatchObject({
      kind: 'empty',
      reason: expect.stringContaining('payments'),
    });
  });
});

describe('decideExpiry', () => {
  const kill = (environments: string[], expiresAtMs?: number) => ({
    id: environments.join(),
    targets: new Map(environments.map((it) => [it, ['a']])),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  });
  const loose = (environment: string) => environment === 'development';

  it('lifts what is unprotected once its time has come, and keeps the rest', () => {
    const standing = [
      kill(['development'], 100),
      kill(['development', 'production'], 100),
      kill(['production'], 100),
      kill(['development'], 101),
      kill(['development']),
    ];
    const decisions = decideExpiry(standing, loose, 100);
    expect(decisions.map((it) => [it.kill.id, [...it.remainder.keys()]])).toEqual([
      ['development', []],
      ['development,production', ['production']],
    ]);
  });

  it('treats an environment that is not known as protected', () => {
    expect(decideExpiry([kill(['gone'], 1)], loose, 100)).toEqual([]);
  });
});
