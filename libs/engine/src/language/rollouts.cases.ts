import { expect } from '@jest/globals';
import type { Position } from '../model/index.js';
import { change, codesOf, PROJECT, release, scenario } from './scenario.js';
import { sentence } from './sentence.js';

const rolling = (more = '') =>
  release(`${more}environments:\n  production:\n    rollout: { to: on, plan: careful }\n    serve: off\n`);

const inline = (stages: string, more = '') =>
  release(
    `environments: { development: { rollout: { to: on, plan: { stages: [${stages}]${more} } }, serve: off } }\n`,
  );
const LAST = '{ id: full, percent: 100, hold: 1h }';

const units = Array.from({ length: 300 }, (_, index) => `user-${index}`);

sentence(31, 'begins a rollout only by a position and grows it stage by stage', () => {
  const shop = scenario({ 'a.yaml': rolling() });
  expect(shop.errors).toEqual([]);
  const taken = (stage?: string) =>
    new Set(
      units.filter(
        (targetingKey) =>
          shop.variant('a', 'production', {
            context: { targetingKey },
            ...(stage === undefined ? {} : { stage }),
          }) === 'on',
      ),
    );
  const [none, tenth, half] = [taken(), taken('tenth'), taken('half')];
  expect(none.size).toBe(0);
  expect(tenth.size).toBeLessThan(half.size);
  expect([...tenth].every((unit) => half.has(unit))).toBe(true);
});

sentence(31, 'takes the first share of every arm, so that nobody changes arm', () => {
  const text = release(
    'variants: { a: 1, b: 2, off: 0 }\nenvironments:\n  production:\n    rollout: { to: { a: 50, b: 50 }, plan: careful }\n    serve: off\n',
  );
  const shop = scenario({ 'x.yaml': text });
  expect(shop.errors).toEqual([]);
  for (const targetingKey of units) {
    const arms = ['tenth', 'half', 'done'].map((stage) =>
      shop.variant('x', 'production', { stage, context: { targetingKey } }),
    );
    expect(new Set(arms.filter((arm) => arm !== 'off')).size).toBeLessThanOrEqual(1);
  }
});

sentence(31, 'reads a start as an instant', () => {
  const started = (start: string) =>
    release(
      `environments: { production: { rollout: { to: on, plan: careful, start: ${start} }, serve: off } }\n`,
    );
  const { rollout } =
    scenario({ 'a.yaml': started('2026-12-01T09:00:00+01:00') })
      .flag('a')
      .environments.get('production') ?? {};
  expect(rollout?.startMs).toBe(Date.UTC(2026, 11, 1, 8));
  expect(codesOf(started('2026-12-01'))).toEqual(['bad-format']);
});

sentence(32, 'wants stages that grow and end with everyone', () => {
  expect(codesOf(inline(LAST))).toEqual([]);
  expect(codesOf(inline(`{ id: x, hold: 1h }, ${LAST}`))).toEqual(['stage-shape']);
  expect(
    codesOf(inline(`{ id: x, percent: 50, hold: 1h }, { id: y, percent: 50, hold: 1h }, ${LAST}`)),
  ).toEqual(['stage-percent']);
  expect(codesOf(inline('{ id: x, percent: 50, hold: 1h }'))).toEqual(['last-stage']);
  expect(codesOf(inline('{ id: x, percent: 100, hold: 1h, audience: { employee: true } }'))).toEqual([
    'last-stage',
  ]);
  expect(codesOf(inline(`{ id: full, percent: 5, hold: 1h }, ${LAST}`))).toEqual(['repeated-id']);
});

sentence(32, 'lets a unit in when any stage reached takes it', () => {
  const shop = scenario({ 'a.yaml': rolling() });
  const context = { targetingKey: 'user-999', email: 'ada@acme.example' };
  for (const stage of ['staff', 'tenth', 'done'])
    expect(shop.variant('a', 'production', { context, stage })).toBe('on');
  expect(
    shop.variant('a', 'production', { context: { targetingKey: 'user-999', email: 'x@y' }, stage: 'staff' }),
  ).toBe('off');
});

sentence(33, 'keeps hold and approval with the stage, and knows the team', () => {
  const { plan } = scenario({ 'a.yaml': rolling() }).flag('a').environments.get('production')?.rollout ?? {};
  expect(plan?.stages[3]).toEqual({ id: 'half', parts: 50_000, holdMs: 3_600_000, approval: 'releases' });
  expect(codesOf(inline(`{ id: x, percent: 5, hold: 1h, approval: nobody }, ${LAST}`))).toEqual([
    'unknown-team',
  ]);
  expect(codesOf(inline(`{ id: x, percent: 5, hold: 1 hour }, ${LAST}`))).toEqual(['bad-format']);
  expect(codesOf(inline(`{ id: x, percent: 5 }, ${LAST}`))).toEqual(['missing-field']);
});

sentence(34, 'takes a plan by name or the plan itself', () => {
  const named = scenario({ 'a.yaml': rolling() }).flag('a').environments.get('production')?.rollout;
  expect([named?.planName, named?.plan.stages.length, named?.plan.holdoutParts]).toEqual([
    'careful',
    5,
    1000,
  ]);
  const text = inline(
    LAST,
    ', guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: pause }], noData: { after: 10m, action: pause }, windows: ["Mon-Thu 09:00-16:00"], deadline: 21d',
  );
  const { plan, planName } =
    scenario({ 'a.yaml': text }).flag('a').environments.get('development')?.rollout ?? {};
  expect([planName, plan?.noData, plan?.deadlineMs]).toEqual([
    undefined,
    { afterMs: 600_000, action: 'pause' },
    21 * 86_400_000,
  ]);
  expect(codesOf(inline(LAST, ', windows: ["Mon-Thu 9-16"]'))).toEqual(['bad-format']);
});

const running: Position = {
  flag: 'a',
  environment: 'production',
  planHash: 'p',
  to: { serve: 'on' },
  unit: ['targetingKey'],
  salt: 'a',
  holdoutParts: 1000,
  reached: [{ stage: 'tenth', parts: 10_000 }],
};

sentence(35, 'refuses changes to a rollout that is running', () => {
  const before = { 'a.yaml': rolling() };
  const positions = [running];
  const edits = [
    rolling().replace('serve: off', 'serve: on').replace('safe: off', 'safe: off'),
    rolling('by: accountId\n'),
    rolling('salt: other\n'),
    rolling().replace('to: on', 'to: off'),
  ];
  for (const text of edits) {
    expect(change(before, { 'a.yaml': text }, { positions }).errors).toContain('a.yaml rollout-running');
  }
  expect(
    change(before, { 'a.yaml': rolling().replace('A flag', 'Another text') }, { positions }).errors,
  ).toEqual([]);
});

sentence(
  34,
  'lets a plan change under a running rollout in its own file only, and only toward safety',
  () => {
    const own = (percent: number, hold: string) =>
      release(
        `environments: { production: { rollout: { to: on, plan: { stages: [{ id: few, percent: ${percent}, hold: ${hold} }, { id: full, percent: 100, hold: 1h }], guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }], holdout: 1 } }, serve: off } }\n`,
      );
    const edit = (text: string, positions: Position[] = [running]) =>
      change({ 'a.yaml': own(5, '1h') }, { 'a.yaml': text }, { positions });
    expect(edit(own(3, '2h')).errors).toEqual([]);
    expect(edit(own(5, '30m')).errors).toEqual(['a.yaml plan-not-safer']);
    expect(edit(own(5, '30m')).result.findings[0]?.sentence).toBe(
      'The rollout in "production" is running, and its plan may only become safer: stage few has a shorter hold.',
    );
    expect(edit(own(5, '30m'), []).errors).toEqual([]);
    // A name that stays means the plan with which the rollout began, whatever guidon.yaml says by now.
    const named = change(
      { 'a.yaml': rolling() },
      {
        'a.yaml': rolling().replace('A flag', 'Another text'),
        'guidon.yaml': PROJECT.replace('percent: 50, hold: 1h', 'percent: 60, hold: 30m'),
      },
      { positions: [running] },
    );
    expect([named.errors, named.flag('a').description]).toEqual([[], 'Another text']);
    expect(
      change({ 'a.yaml': rolling() }, { 'a.yaml': own(5, '1h') }, { positions: [running] }).errors,
    ).toEqual(['a.yaml plan-not-safer']);
  },
);

sentence(35, 'stops a rollout that is taken out', () => {
  const out = release('environments: { production: { serve: off } }\n');
  const stopped = change({ 'a.yaml': rolling() }, { 'a.yaml': out }, { positions: [running] });
  expect([
    stopped.errors,
    stopped.variant('a', 'production', { context: { targetingKey: 'u' }, stage: 'done' }),
  ]).toEqual([[], 'off']);
});

sentence(35, 'applies the hold-out to percents, not to audiences, until the rollout is done', () => {
  const text = inline(`{ id: staff, audience: { segment: staff }, hold: 1h }, ${LAST}`, ', holdout: 50');
  const shop = scenario({ 'a.yaml': text });
  const count = (stage: string, email: string) =>
    units.filter(
      (targetingKey) =>
        shop.variant('a', 'development', { stage, context: { targetingKey, email } }) === 'on',
    ).length;
  expect(count('full', 'ada@acme.example')).toBe(units.length);
  expect(Math.abs(count('full', 'x@y') - units.length / 2)).toBeLessThan(45);
  expect(count('done', 'x@y')).toBe(units.length);
});

sentence(36, 'reads freezes as instants with an offset and a reason', () => {
  const frozen = (freeze: string) =>
    PROJECT.replace('    protected: true', `    protected: true\n    freeze: [${freeze}]`);
  const good = '{ from: 2026-11-24T00:00:00+01:00, to: 2026-12-01T00:00:00+01:00, reason: Black Friday }';
  const { project } = scenario({ 'guidon.yaml': frozen(good) }).snapshot;
  expect(project.environments[1]?.freeze).toEqual([
    { fromMs: Date.UTC(2026, 10, 23, 23), toMs: Date.UTC(2026, 10, 30, 23), reason: 'Black Friday' },
  ]);
  const codes = (freeze: string) => scenario({ 'guidon.yaml': frozen(freeze) }).errors;
  expect(codes(good.replace('+01:00, to', ', to'))).toEqual(['guidon.yaml bad-format']);
  expect(codes(good.replace('2026-12-01', '2026-11-01'))).toEqual(['guidon.yaml wrong-order']);
  expect(codes(good.replace(', reason: Black Friday', ''))).toEqual(['guidon.yaml missing-field']);
});

sentence(37, 'runs an experiment from a rollout to a split to a rollout of the winner', () => {
  const experiment = (body: string) =>
    release(`variants: { a: 1, b: 2, off: 0 }\n${body}`).replace('release', 'experiment');
  const during = experiment(
    'environments: { production: { rollout: { to: { a: 50, b: 50 }, plan: careful }, serve: off } }\n',
  );
  const ending = experiment(
    'environments: { production: { rollout: { to: b, plan: careful, salt: end }, split: { a: 50, b: 50 } } }\n',
  );
  const shop = scenario({ 'x.yaml': ending });
  expect([scenario({ 'x.yaml': during }).errors, shop.errors]).toEqual([[], []]);
  const before = units.map((targetingKey) => shop.variant('x', 'production', { context: { targetingKey } }));
  const after = units.map((targetingKey) =>
    shop.variant('x', 'production', { stage: 'done', context: { targetingKey } }),
  );
  expect(new Set(before)).toEqual(new Set(['a', 'b']));
  expect(new Set(after)).toEqual(new Set(['b']));
});

sentence(37, 'lets other flags require a hold-out experiment', () => {
  const holdout = release(
    'variants: { in: 1, out: 0 }\nenvironments: { development: { split: { in: 90, out: 10 } } }\n',
  )
    .replace('release', 'experiment')
    .replace('safe: off', 'safe: out');
  const flag = release('requires: { holdout: in }\nenvironments: { development: on }\n');
  const shop = scenario({ 'holdout.yaml': holdout, 'a.yaml': flag });
  expect(shop.errors).toEqual([]);
  for (const targetingKey of units.slice(0, 50)) {
    const isIn = shop.variant('holdout', 'development', { context: { targetingKey } }) === 'in';
    expect(shop.variant('a', 'development', { context: { targetingKey } })).toBe(isIn ? 'on' : 'off');
  }
});

sentence(38, 'serves safe when killed, and when a requirement is killed or not listed', () => {
  const base = release('environments: { development: on }\n');
  const needs = release('requires: { base: on }\nenvironments: { development: on }\n');
  const shop = scenario({ 'base.yaml': base, 'a.yaml': needs });
  expect(shop.ask('a', 'development', { killed: ['a'] })).toMatchObject({
    variant: 'off',
    reason: 'DISABLED',
  });
  expect(shop.ask('a', 'development', { killed: ['base'] })).toMatchObject({
    variant: 'off',
    reason: 'DEFAULT',
  });
  const safeIsFine = scenario({ 'base.yaml': release(), 'a.yaml': needs.replace('base: on', 'base: off') });
  expect(safeIsFine.ask('a', 'development')).toMatchObject({ variant: 'on', reason: 'DEFAULT' });
});
