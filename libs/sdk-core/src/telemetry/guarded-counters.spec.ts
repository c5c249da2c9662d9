import { compile, type View } from '@guidon/engine/compile';
import { evaluate } from '@guidon/engine/evaluate';
import type { RulesetFlag, RulesetRollout } from '@guidon/engine/model';
import { bucketOf, GUARDED_LIMITS, type GuardedCell, HISTOGRAM_EDGES_MS } from '@guidon/protocol';
import { guardedSchema } from '@guidon/protocol/schemas';
import { describe, expect, test } from '@jest/globals';
import { GuardedCounters, type RequestArms } from './guarded-counters.js';
import { kindOf, Subjects } from './subjects.js';

interface Given {
  readonly generation?: number;
  readonly parts?: number;
  readonly keys?: readonly string[];
  readonly outcomes?: RulesetRollout['outcomes'];
}

function aView({ generation = 1, parts = 50_000, keys = ['checkout'], outcomes }: Given = {}): View {
  const flag: RulesetFlag = {
    type: 'boolean',
    variants: [
      ['off', false],
      ['on', true],
    ],
    safe: 'off',
    rest: { serve: 'off' },
    rollout: {
      ...{ to: { serve: 'on' }, unit: ['targetingKey'], salt: 'salt', algorithm: 'native', holdoutParts: 0 },
      reached: [{ parts }],
      outcomes: outcomes ?? { failures: ['http.error'], durations: ['http.latency'] },
    },
  };
  const flags = Object.fromEntries(keys.map((key) => [key, flag]));
  const ruleset = { format: 1, environment: 'production', revision: 'r', flags, segments: {} } as const;
  return compile(ruleset, { generation, killed: new Set() });
}

const VIEW = aView();
/** Users by their arm at a half. */
const users = (variant: string) =>
  Array.from({ length: 400 }, (_, i) => `u${i}`).filter(
    (targetingKey) => evaluate(VIEW, 'checkout', { targetingKey }, 0).variant === variant,
  );
const [TREATED, CONTROLS] = [users('on'), users('off')];

function see(
  counters: GuardedCounters,
  targetingKey: string | undefined,
  about: { readonly view?: View; readonly flag?: string; readonly request?: RequestArms } = {},
): void {
  const { view = VIEW, flag = 'checkout', request } = about;
  counters.expose(flag, evaluate(view, flag, { targetingKey }, 0), { context: { targetingKey }, request });
}

/** What is read out, in the form that servers take. */
function read(counters: GuardedCounters) {
  const tally = counters.readOut();
  if (tally === undefined) return undefined;
  guardedSchema.parse({ ageMs: 0, lengthMs: 0, ...tally });
  const arm = (name: string) => tally.cells.find((one) => one.arm === name);
  return { ...tally, treatment: arm('treatment'), control: arm('control') };
}

const sumsOf = (cell: GuardedCell | undefined, outcome: string) =>
  cell?.outcomes.find((one) => one.outcome === outcome);

describe('exposures', () => {
  test('count each subject once while the shares stay, and anew when they change', () => {
    const counters = new GuardedCounters();
    for (const user of [...TREATED.slice(0, 3), ...TREATED.slice(0, 3)]) see(counters, user);
    see(counters, CONTROLS[0]);
    see(counters, undefined);
    expect(read(counters)).toMatchObject({ treatment: { exposures: 3 }, control: { exposures: 1 } });
    see(counters, TREATED[0]);
    // Another generation, in which another flag was changed.
    see(counters, TREATED[1], { view: aView({ generation: 2 }) });
    expect(read(counters)).toBeUndefined();
    const wider = aView({ generation: 3, parts: 60_000 });
    for (const user of TREATED.slice(0, 3)) see(counters, user, { view: wider });
    expect(read(counters)?.cells).toMatchObject([{ generation: 3, arm: 'treatment', exposures: 3 }]);
  });

  test('of one arm make one cell, whatever the answers and however often a view is made', () => {
    const counters = new GuardedCounters();
    see(counters, TREATED[0]);
    see(counters, TREATED[1], { view: aView() });
    expect(read(counters)?.cells).toMatchObject([{ exposures: 2 }]);
  });
});

describe('outcomes', () => {
  test('are credited to what the request met before them, to the arm of its subject', () => {
    const counters = new GuardedCounters();
    const request: RequestArms = new Map();
    counters.track({ name: 'http.error', failed: true }, request);
    see(counters, TREATED[0], { request });
    counters.track({ name: 'http.error', failed: false }, request);
    counters.track({ name: 'http.error', failed: true }, request);
    counters.track({ name: 'cart.paid', failed: true }, request);
    const { treatment, seen, uncredited } = read(counters)!;
    expect(treatment?.outcomes).toMatchObject([{ outcome: 'http.error', calls: 2, errors: 1 }]);
    expect([seen, uncredited]).toEqual([['http.error', 'cart.paid'], 0]);
  });

  test('of a request that met both arms are credited to neither', () => {
    const counters = new GuardedCounters();
    const request: RequestArms = new Map();
    for (const user of [TREATED[0], CONTROLS[0], TREATED[1]]) see(counters, user, { request });
    counters.track({ name: 'http.error', failed: true }, request);
    const { cells, uncredited } = read(counters)!;
    expect(cells.map(({ exposures, outcomes }) => [exposures, outcomes.length])).toEqual([
      [2, 0],
      [1, 0],
    ]);
    expect(uncredited).toBe(1);
  });

  test('outside of requests are counted as credited to nobody, where a guard looks at them', () => {
    const counters = new GuardedCounters();
    expect(counters.track({ name: 'http.error', failed: true }, undefined)).toBe('fine');
    see(counters, TREATED[0]);
    expect(counters.track({ name: 'http.error', failed: true }, undefined)).toBe('outside');
    expect(counters.track({ name: 'cart.paid', failed: true }, undefined)).toBe('fine');
    expect(read(counters)?.uncredited).toBe(1);
  });

  test('that do not say what a guard asks for are not counted, as they would look healthy', () => {
    const counters = new GuardedCounters();
    const request: RequestArms = new Map();
    see(counters, TREATED[0], { request });
    expect(counters.track({ name: 'http.error' }, request)).toBe('says-nothing');
    expect(counters.track({ name: 'http.error', durationMs: 250 }, request)).toBe('says-nothing');
    expect(counters.track({ name: 'http.latency', failed: false }, request)).toBe('says-nothing');
    expect(counters.track({ name: 'http.error', durationMs: 1 }, request)).toBe('fine');
    const { treatment, uncredited } = read(counters)!;
    expect(treatment?.outcomes).toMatchObject([{ outcome: 'http.error', calls: 1, errors: 1 }]);
    expect(uncredited).toBe(3);
  });

  test('sum errors by subject, over reports and generations', () => {
    const counters = new GuardedCounters();
    const fail = (user: string | undefined, times: number, generation = 1) => {
      const request: RequestArms = new Map();
      see(counters, user, { request, view: aView({ generation }) });
      for (let i = 0; i < times; i++) counters.track({ name: 'http.error', failed: true }, request);
    };
    fail(TREATED[0], 3);
    fail(TREATED[1], 1);
    expect(sumsOf(read(counters)?.treatment, 'http.error')).toMatchObject({ errors: 4, errorSquares: 10 });
    // From 3 to 5 errors: 25 − 9.
    fail(TREATED[0], 2, 2);
    expect(sumsOf(read(counters)?.treatment, 'http.error')).toMatchObject({ errors: 2, errorSquares: 16 });
  });

  test('sum logarithms and count durations by bucket', () => {
    const counters = new GuardedCounters();
    const request: RequestArms = new Map();
    see(counters, TREATED[0], { request });
    const durations = [0, 0.25, 1, 1.01, 70_000, Number.MAX_VALUE];
    for (const durationMs of durations) counters.track({ name: 'http.latency', durationMs }, request);
    const sums = sumsOf(read(counters)?.treatment, 'http.latency')!;
    expect(sums.buckets).toEqual([
      [0, 2],
      [8, 1],
      [9, 1],
      [HISTOGRAM_EDGES_MS.length, 2],
    ]);
    const logs = [0.001, 0.25, 1, 1.01, 70_000, GUARDED_LIMITS.durationMs].map(Math.log);
    expect(sums.logSum).toBeCloseTo(
      logs.reduce((sum, log) => sum + log, 0),
      9,
    );
    expect(sums.logSquares).toBeCloseTo(
      logs.reduce((sum, log) => sum + log * log, 0),
      9,
    );
  });

  test('that come after a report are credited to the arm that their request met before it', () => {
    const counters = new GuardedCounters();
    const request: RequestArms = new Map();
    see(counters, TREATED[0], { request });
    read(counters);
    see(counters, TREATED[1]);
    counters.track({ name: 'http.error', failed: true }, request);
    expect(read(counters)?.cells).toMatchObject([{ exposures: 1, outcomes: [{ calls: 1, errors: 1 }] }]);
  });
});

describe('what is kept', () => {
  test('has an end: cells beyond it are counted as dropped, and come again with the next report', () => {
    const keys = ['a', 'b', 'c'];
    const view = aView({ keys });
    const counters = new GuardedCounters(2);
    for (const flag of keys) see(counters, TREATED[0], { view, flag });
    expect(read(counters)).toMatchObject({ cells: [{ flag: 'a' }, { flag: 'b' }], dropped: 1 });
    see(counters, TREATED[1], { view, flag: 'c' });
    expect(read(counters)).toMatchObject({ cells: [{ flag: 'c' }], dropped: 0 });
  });

  test('of subjects has an end, and the oldest goes first', () => {
    const subjects = new Subjects(100);
    const kind = kindOf('checkout');
    for (let i = 0; i < 1_000; i++) {
      expect(subjects.isNew(kind, `u${i}`)).toBe(true);
      subjects.addError(kind, `u${i}`);
    }
    expect(subjects.sizes).toEqual([100, 100]);
    expect([subjects.isNew(kind, 'u999'), subjects.isNew(kind, 'u1')]).toEqual([false, true]);
    expect([subjects.addError(kind, 'u999'), subjects.addError(kind, 'u1')]).toEqual([3, 1]);
    expect([subjects.isNew(kindOf('search'), 'u999'), subjects.isNew(kind, 999)]).toEqual([true, true]);
  });
});

test('the edges of buckets grow by a fixed factor, and a value on one belongs below it', () => {
  expect([HISTOGRAM_EDGES_MS[0], HISTOGRAM_EDGES_MS[8], HISTOGRAM_EDGES_MS.at(-1)]).toEqual([
    0.25, 1, 65_536,
  ]);
  HISTOGRAM_EDGES_MS.forEach((edge, index) => {
    expect([bucketOf(edge), bucketOf(edge * 1.001)]).toEqual([index, index + 1]);
    if (index > 0) expect(edge / (HISTOGRAM_EDGES_MS[index - 1] as number)).toBeCloseTo(2 ** 0.25, 4);
  });
});
