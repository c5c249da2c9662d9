import { describe, expect, it } from '@jest/globals';
import { change, NOW_MS, PROJECT, release, type Scenario, scenario } from '../language/scenario.js';

const RATIO = '{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }';
const FEW = '{ id: few, percent: 5, hold: 1h }';
const FULL = '{ id: full, percent: 100, hold: 1h }';

interface Written {
  readonly stages: string;
  readonly guards?: string;
  readonly more?: string;
  readonly where?: string;
  readonly to?: string;
  readonly start?: string;
}

/** A flag with its own plan, in the protected environment unless it says otherwise. */
function planned({
  stages,
  guards = RATIO,
  more = ', holdout: 1',
  where = 'production',
  to = 'on',
  start,
}: Written): string {
  const watched = guards === '' ? '' : `, guards: [${guards}]`;
  const begin = start === undefined ? '' : `, start: ${start}`;
  return release(
    `environments: { ${where}: { rollout: { to: ${to}, plan: { stages: [${stages}]${watched}${more} }${begin} }, serve: ${to === 'on' ? 'off' : 'on'} } }\n`,
  );
}

const told = (shop: Scenario) =>
  shop.result.findings
    .filter(({ path, code }) => path === 'a.yaml' && code !== 'rollout-untested' && code !== 'new-flag-live')
    .map(({ code, pointer }) => `${code} ${pointer.replace(/^\/environments\/\w+\/rollout/, '…')}`);
const found = (written: Written) => told(scenario({ 'a.yaml': planned(written) }));

describe('the plan of a protected environment', () => {
  it('begins with 5 percent of everyone or less (V3)', () => {
    expect(found({ stages: `${FEW}, ${FULL}` })).toEqual([]);
    expect(found({ stages: FULL })).toEqual(['first-stage-large …/plan/stages/0/percent']);
    expect(found({ stages: `{ id: some, percent: 5.001, hold: 1h }, ${FULL}` })).toEqual([
      'first-stage-large …/plan/stages/0/percent',
    ]);
    // Whom a list names is chosen; whom a bare condition takes may be almost everybody.
    expect(
      found({ stages: `{ id: staff, audience: { segment: staff }, hold: 1h }, ${FEW}, ${FULL}` }),
    ).toEqual([]);
    expect(
      found({ stages: `{ id: most, audience: { not: { employee: true } }, hold: 1h }, ${FEW}, ${FULL}` }),
    ).toEqual(['first-stage-large …/plan/stages/0/percent']);
    expect(found({ stages: FULL, where: 'development' })).toEqual([]);
  });

  it('has somebody or something watch each stage above 5 percent (V3)', () => {
    expect(found({ stages: `${FEW}, ${FULL}`, guards: '' })).toEqual(['stage-unguarded …/plan/stages/1/id']);
    const approved = FULL.replace(' }', ', approval: releases }');
    expect(found({ stages: `${FEW}, ${approved}`, guards: '' })).toEqual([]);
    expect(found({ stages: `${FEW}, { id: half, percent: 50, hold: 1h }, ${approved}`, guards: '' })).toEqual(
      ['stage-unguarded …/plan/stages/1/id'],
    );
    const ceiling = '{ id: top, type: ceiling, outcome: http.error, above: 5, onAlarm: rollback }';
    expect(found({ stages: `${FEW}, ${FULL}`, guards: ceiling })).toEqual([
      'stage-unguarded …/plan/stages/1/id',
    ]);
    expect(found({ stages: `${FEW}, ${FULL}`, guards: '', where: 'development' })).toEqual([]);
  });

  it('holds each stage for everyone longer than failures take to be seen (V5)', () => {
    const hold = (span: string) => `{ id: few, percent: 5, hold: ${span} }, ${FULL}`;
    expect(found({ stages: hold('669s') })).toEqual(['hold-short …/plan/stages/0/hold']);
    expect(found({ stages: hold('670s') })).toEqual([]);
    expect(
      found({ stages: `{ id: staff, audience: { segment: staff }, hold: 1m }, ${FEW}, ${FULL}` }),
    ).toEqual([]);
    expect(found({ stages: hold('10s'), where: 'development' })).toEqual([]);
  });

  it('lets a rollout toward safe be as quick as it likes', () => {
    expect(found({ stages: '{ id: full, percent: 100, hold: 1s }', guards: '', to: 'off' })).toEqual([]);
  });

  it('names the plan where it stands in guidon.yaml, and refuses a change there that breaks a flag', () => {
    const flag = release(
      'environments: { production: { rollout: { to: on, plan: careful }, serve: off } }\n',
    );
    const wider = PROJECT.replace('percent: 5, hold', 'percent: 9, hold');
    const first = scenario({ 'a.yaml': flag, 'guidon.yaml': wider }).result.findings.find(
      ({ code }) => code === 'first-stage-large',
    );
    expect([first?.path, first?.pointer]).toEqual(['a.yaml', '/environments/production/rollout/plan']);
    expect(first?.sentence).toBe(
      'Stage "few" of the plan "careful" is the first for everyone and takes 9 % at once in the protected environment "production"; it may take 5 %.',
    );
    const later = change({ 'a.yaml': flag }, { 'a.yaml': flag, 'guidon.yaml': wider });
    expect(later.errors).toEqual(['guidon.yaml breaks-other-file']);
    expect(later.flag('a').environments.get('production')?.rollout?.plan.stages[1]?.parts).toBe(5000);
  });

  it('never refuses what was live, and nothing of a flag whose rollout says what it said', () => {
    const bad = planned({ stages: FULL });
    const open = PROJECT.replace('    protected: true\n', '');
    const before = { 'a.yaml': bad, 'guidon.yaml': open };
    // The environment becomes protected later; then something else of the flag is edited.
    const described = bad.replace('A flag', 'Another flag');
    const edited = change(before, { 'a.yaml': described });
    expect([edited.errors, edited.flag('a').description]).toEqual([[], 'Another flag']);
    const good = release('environments: { production: off }\n');
    const liveBefore = new Set([`a.yaml:blob of ${bad}`]);
    expect(told(change({ 'a.yaml': good }, { 'a.yaml': bad }, { liveBefore }))).toEqual([]);
    expect(told(change({ 'a.yaml': good }, { 'a.yaml': bad }))).toEqual([
      'first-stage-large …/plan/stages/0/percent',
    ]);
  });
});

describe('the time of a plan (V7)', () => {
  const stages = `${FEW}, ${FULL}`;
  const more = (text: string) => `, holdout: 1, ${text}`;
  const frozen = (freeze: string) =>
    PROJECT.replace('    protected: true', `    protected: true\n    freeze: [${freeze}]`);

  it('refuses windows without time and deadlines before the holds are over', () => {
    expect(found({ stages, more: more('windows: ["Mon-Thu 16:00-09:00"]') })).toEqual([
      'window-empty …/plan/windows/0',
    ]);
    expect(found({ stages, more: more('deadline: 119m') })).toEqual(['deadline-short …/plan/deadline']);
    expect(found({ stages, more: more('deadline: 120m') })).toEqual([]);
  });

  it('warns where freezes leave it no moment, and where windows and freezes take it beyond its deadline', () => {
    const withIn = (freeze: string, text: string, start?: string) =>
      told(
        scenario({
          'guidon.yaml': frozen(freeze),
          'a.yaml': planned({ stages, more: more(text), ...(start === undefined ? {} : { start }) }),
        }),
      );
    const long = '{ from: 2026-11-01T00:00:00Z, to: 2029-01-01T00:00:00Z, reason: Sold }';
    expect(withIn(long, 'deadline: 2h')).toEqual(['no-time-to-grow …/plan']);
    // It begins on Thursday; half an hour of window is too short for an hour of hold, and the next one is on Monday.
    const windows = 'windows: ["Mon-Thu 09:00-09:30"]';
    const start = '2026-11-26T09:00:00+01:00';
    const past = '{ from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00Z, reason: Over }';
    expect(withIn(past, `${windows}, deadline: 2d`, start)).toEqual(['no-time-to-grow …/plan']);
    expect(withIn(past, `${windows}, deadline: 5d`, start)).toEqual([]);
    const week = '{ from: 2026-11-27T00:00:00Z, to: 2026-12-04T00:00:00Z, reason: Sale }';
    expect(withIn(week, `${windows}, deadline: 5d`, start)).toEqual(['no-time-to-grow …/plan']);
    expect(NOW_MS).toBeLessThan(Date.parse(start));
  });
});

describe('the proofs of a plan', () => {
  const canary = (prove: string) =>
    `{ id: canary, percent: 1, hold: 1h, prove: { ${prove}, within: 24h } }, ${FULL}`;

  it('refuses a proof that its guard cannot give', () => {
    expect(found({ stages: canary('guard: errors, ratioBelow: 3') })).toEqual([]);
    expect(found({ stages: canary('guard: errors, ratioBelow: 1') })).toEqual([
      'proof-unattainable …/plan/stages/0/prove/ratioBelow',
    ]);
    const guards = `${RATIO}, { id: top, type: ceiling, outcome: http.error, above: 5, onAlarm: rollback }`;
    expect(found({ stages: canary('guard: top, ratioBelow: 3'), guards })).toEqual([
      'proof-unattainable …/plan/stages/0/prove/guard',
    ]);
  });

  it('warns of stages in which nobody is left to compare with (V1b)', () => {
    const proving = 'hold: 1h, prove: { guard: errors, ratioBelow: 3, within: 24h } }';
    const staff = `{ id: staff, audience: { segment: staff }, ${proving}, ${FEW}, ${FULL}`;
    expect(found({ stages: staff })).toEqual(['proof-without-control …/plan/stages/0/prove']);
    expect(found({ stages: staff.replace('}, hold', '}, percent: 50, hold') })).toEqual([]);
    expect(found({ stages: `${FEW}, ${FULL}`, more: '' })).toEqual(['stage-without-control …/plan/stages/1']);
    const guards = `${RATIO}, { id: top, type: ceiling, outcome: http.error, above: 5, onAlarm: rollback }`;
    expect(found({ stages: `${FEW}, ${FULL}`, more: '', guards })).toEqual([]);
    expect(found({ stages: `${FEW}, { id: full, percent: 100, ${proving}` })).toEqual([]);
    expect(found({ stages: `${FEW}, { id: full, percent: 100, ${proving}`, more: '' })).toEqual([
      'stage-without-control …/plan/stages/1',
      'proof-without-control …/plan/stages/1/prove',
    ]);
  });
});

describe('the guards of a plan', () => {
  const guarded = (guards: string) => found({ stages: `${FEW}, ${FULL}`, guards: `${RATIO}, ${guards}` });
  const bound = (guards: string) =>
    scenario({ 'a.yaml': planned({ stages: `${FEW}, ${FULL}`, guards: `${RATIO}, ${guards}` }) })
      .flag('a')
      .environments.get('production')?.rollout?.plan.guards;

  it('are bound with what holds where they leave something open', () => {
    expect(
      bound(
        '{ id: slow, type: latency, outcome: l, nullRatio: 1.5, onAlarm: pause }, { id: top, type: ceiling, outcome: e, above: 5, onAlarm: pause }, { id: kpi, type: prometheus, query: "sum(orders)", below: 3, for: 5m, onAlarm: rollback }',
      ),
    ).toEqual([
      { id: 'errors', type: 'ratio', outcome: 'http.error', nullRatio: 1, minErrors: 5, onAlarm: 'rollback' },
      { id: 'slow', type: 'latency', outcome: 'l', nullRatio: 1.5, onAlarm: 'pause' },
      {
        id: 'top',
        type: 'ceiling',
        outcome: 'e',
        above: 5,
        windowMs: 120_000,
        minCalls: 200,
        onAlarm: 'pause',
      },
      {
        ...{ id: 'kpi', type: 'prometheus', query: 'sum(orders)', below: 3, forMs: 300_000 },
        ...{ onError: 'pause', onAlarm: 'rollback' },
      },
    ]);
  });

  it('take the fields of their type and no others', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['{ id: x, type: ratio, onAlarm: pause }', ''],
      ['{ id: x, type: ratio, outcome: e, above: 3, onAlarm: pause }', '/above'],
      ['{ id: x, type: latency, outcome: e, minErrors: 3, onAlarm: pause }', '/minErrors'],
      ['{ id: x, type: ceiling, outcome: e, onAlarm: pause }', ''],
      ['{ id: x, type: ceiling, outcome: e, above: 100, onAlarm: pause }', '/above'],
      ['{ id: x, type: prometheus, above: 3, onAlarm: pause }', ''],
      ['{ id: x, type: prometheus, query: q, onAlarm: pause }', ''],
      ['{ id: x, type: prometheus, query: q, above: 3, below: 1, onAlarm: pause }', ''],
      ['{ id: x, type: prometheus, query: q, outcome: e, below: 1, onAlarm: pause }', '/outcome'],
    ];
    for (const [guard, field] of wrong)
      expect([guard, guarded(guard)]).toEqual([guard, [`guard-shape …/plan/guards/1${field}`]]);
    expect(guarded('{ id: x, type: ratio, outcome: e, nullRatio: 0.5, onAlarm: pause }')).toEqual([
      'out-of-range …/plan/guards/1/nullRatio',
    ]);
  });
});
