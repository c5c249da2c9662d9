import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GuardRule, JudgedGuard } from './guard-rule.js';
import { type ArmSums, addSums, type GuardWindow, NO_SUMS } from './guard-window.js';
import { alphaPerGuard, type GuardInput, judgeGuards } from './judge-guards.js';

const START_MS = 1_000_000_000_000;
const ERRORS: GuardRule = { id: 'errors', type: 'ratio', outcome: 'http.error', onAlarm: 'rollback' };
const SLOW: GuardRule = { id: 'slow', type: 'latency', outcome: 'http.latency', onAlarm: 'pause' };
const CEILING: GuardRule = {
  id: 'ceiling',
  type: 'ceiling',
  outcome: 'http.error',
  above: 10,
  onAlarm: 'rollback',
};

/** Calls and errors, each error by a subject of its own. */
function sums(calls: number, errors: number, changes: Partial<ArmSums> = {}): ArmSums {
  return { ...NO_SUMS, calls, errors, errorSum: errors, errorSquares: errors, ...changes };
}

function windowAt(
  index: number,
  treatment: ArmSums,
  control: ArmSums,
  changes: Partial<GuardWindow> = {},
): GuardWindow {
  return { fromMs: START_MS + 10_000 * index, generation: 7, treatment, control, ...changes };
}

function inputOf(
  guards: readonly GuardRule[],
  windows: readonly GuardWindow[],
  changes: Partial<GuardInput> = {},
): GuardInput {
  const newestMs = Math.max(START_MS, ...windows.map(({ fromMs }) => fromMs)) + 10_000;
  return {
    plan: { guards },
    windows: new Map([
      ['http.error', windows],
      ['http.latency', windows],
    ]),
    exposures: windows,
    epochs: [{ fromMs: START_MS, fromGeneration: 7, treatmentShare: 0.05 }],
    nowMs: newestMs + 5000,
    ...changes,
  };
}

function judgeFirst(input: GuardInput): JudgedGuard {
  return judgeGuards(input)[0] as JudgedGuard;
}

const BAD = windowAt(0, sums(500, 26), sums(9500, 105));
const GOOD = windowAt(0, sums(500, 5), sums(9500, 95));

describe('the guard on the ratio of errors', () => {
  it('says at three in the morning what is wrong', () => {
    const judged = judgeFirst(inputOf([ERRORS], [BAD]));
    expect(judged).toMatchObject({ verdict: 'fail', cause: 'worse', onAlarm: 'rollback', id: 'errors' });
    expect(judged.reason).toBe(
      'Treatment fails 5.2 % (26 of 500), control 1.1 % (105 of 9,500): at least 2.3 times as many, evidence 1 : more than 1,000,000.',
    );
    expect(judged.evidence.atLeast).toBeGreaterThan(1.5);
    expect(judged.evidence.atMost).toBeGreaterThan(5);
  });

  it('passes what is not worse, with the evidence against what is needed', () => {
    const judged = judgeFirst(inputOf([ERRORS], [GOOD]));
    expect(judged).toMatchObject({ verdict: 'pass', cause: 'clear' });
    expect(judged.reason).toMatch(/no sign of harm, evidence 1 : 0\.\d where 1 : 20 is an alarm\.$/);
    expect(judged.evidence.logEvidence).toBeLessThan(0);
    expect(judged.evidence.alarmAt).toBeCloseTo(Math.log(20), 12);
  });

  it('keeps an alarm after the treatment has recovered, and says when it was', () => {
    const recovered = Array.from({ length: 30 }, (_, index) =>
      windowAt(index + 1, sums(500, 0), sums(9500, 95)),
    );
    const judged = judgeFirst(inputOf([ERRORS], [BAD, ...recovered]));
    expect(judged.verdict).toBe('fail');
    expect(judged.evidence.alarmedAtMs).toBe(START_MS + 10_000);
    expect(judged.reason).toContain('The alarm was at 01:46:50 UTC.');
    expect(judged.reason).toContain('more than is allowed');
  });

  it('begins anew after a person has acknowledged the alarm, and only then', () => {
    const windows = [BAD, { ...GOOD, fromMs: START_MS + 10_000 }];
    const grown = { fromMs: START_MS + 10_000, fromGeneration: 8, treatmentShare: 0.25 };
    const epochs = [{ fromMs: START_MS, fromGeneration: 7, treatmentShare: 0.05 }, grown];
    expect(judgeFirst(inputOf([ERRORS], windows, { epochs })).verdict).toBe('fail');
    const restarted = [epochs[0] as (typeof epochs)[0], { ...grown, restart: true as const }];
    const judged = judgeFirst(inputOf([ERRORS], windows, { epochs: restarted }));
    expect(judged).toMatchObject({ verdict: 'pass', evidence: { treatment: { exposures: 500, errors: 5 } } });
  });

  it('takes one broken client for one observation', () => {
    const broken = sums(500, 26, { errorSum: 26, errorSquares: 26 * 26 });
    expect(judgeFirst(inputOf([ERRORS], [windowAt(0, broken, sums(9500, 105))])).verdict).toBe('pass');
  });

  it('leaves windows out that came too late, and tells', () => {
    const late = { ...BAD, late: true as const, fromMs: START_MS + 10_000 };
    const judged = judgeFirst(inputOf([ERRORS], [GOOD, late]));
    expect(judged).toMatchObject({ verdict: 'pass', evidence: { lateWindows: 1 } });
    expect(judged.reason).toContain('1 window came too late and is left out.');
  });

  it('leaves counts of browsers out unless the plan trusts them', () => {
    const windows = [GOOD, { ...BAD, web: true as const }];
    expect(judgeFirst(inputOf([ERRORS], windows)).verdict).toBe('pass');
    expect(judgeFirst(inputOf([{ ...ERRORS, trustWeb: true }], windows)).verdict).toBe('fail');
  });
});

describe('the proof that a stage asks for', () => {
  const prove = { guard: 'errors', ratioBelow: 3 };

  it('holds the stage until there is enough, and says how much is missing', () => {
    const judged = judgeFirst(inputOf([ERRORS], [windowAt(0, sums(100, 1), sums(1900, 19))], { prove }));
    expect(judged).toMatchObject({ verdict: 'inconclusive', cause: 'unproven' });
    expect(judged.reason).toMatch(
      /not proved yet that it fails less than 3 times as often, evidence 1 : .* of 1 : 20, about \d+ more calls/,
    );
    const { callsToGo = 0 } = judged.evidence.proof ?? {};
    // The table of the note has 350 calls in the median for this.
    expect(callsToGo).toBeGreaterThan(150);
    expect(callsToGo).toBeLessThan(700);
  });

  it('passes once there is', () => {
    const windows = Array.from({ length: 20 }, (_, index) => windowAt(index, sums(100, 1), sums(1900, 19)));
    const judged = judgeFirst(inputOf([ERRORS], windows, { prove }));
    expect(judged).toMatchObject({ verdict: 'pass', cause: 'proven' });
    expect(judged.evidence.proof).toMatchObject({ isProven: true, callsToGo: 0 });
  });

  it('proves nothing while nobody says how errors cluster', () => {
    const windows = Array.from({ length: 20 }, (_, index) =>
      windowAt(index, { ...NO_SUMS, calls: 100, errors: 1 }, { ...NO_SUMS, calls: 1900, errors: 19 }),
    );
    const judged = judgeFirst(inputOf([ERRORS], windows, { prove }));
    expect(judged).toMatchObject({ verdict: 'inconclusive', cause: 'unproven' });
    expect(judged.reason).toContain('nobody says how the errors cluster');
  });

  it('is refused from guards that cannot prove anything', () => {
    const input = inputOf([SLOW], [GOOD], { prove: { guard: 'slow', ratioBelow: 3 } });
    expect(judgeFirst(input)).toMatchObject({ verdict: 'error', cause: 'malformed' });
  });
});

/** Latencies with a mean of the logarithm, and their parts in three buckets. */
function timed(calls: number, mean: number, slow: number): ArmSums {
  const logSquares = calls * mean ** 2 + Math.max(0, calls - 1) * 0.36;
  return { ...NO_SUMS, calls, logSum: calls * mean, logSquares, buckets: [calls - slow, slow, 0] };
}

describe('the guard on latency', () => {
  const slowEdges = new Map([['slow', 0]]);
  const run = (treatment: ArmSums, control: ArmSums, changes: Partial<GuardInput> = {}) =>
    judgeFirst(
      inputOf(
        [SLOW],
        Array.from({ length: 10 }, (_, index) => windowAt(index, treatment, control)),
        { slowEdges, ...changes },
      ),
    );

  it('sees that everybody became slower', () => {
    const judged = run(timed(100, 4.6 + Math.log(1.3), 1), timed(900, 4.6, 9));
    expect(judged).toMatchObject({ verdict: 'fail', cause: 'slower', onAlarm: 'pause' });
    expect(judged.reason).toMatch(/^Treatment is slower by 30 % on average, at least \d+ %/);
  });

  it('sees a tail that the mean does not', () => {
    const judged = run(timed(100, 4.6, 6), timed(900, 4.6, 9));
    expect(judged).toMatchObject({ verdict: 'fail', cause: 'slower' });
    expect(judged.reason).toMatch(
      /^Of the treatment's calls 6\.0 % \(60 of 1,000\) are slow, of the control's 1\.0 %/,
    );
    // Without an edge from before the plan began nobody knows what slow is.
    expect(run(timed(100, 4.6, 6), timed(900, 4.6, 9), { slowEdges: new Map() }).verdict).toBe('pass');
  });

  it('passes what is alike, and waits for a hundred calls of each arm', () => {
    expect(run(timed(100, 4.6, 1), timed(900, 4.6, 9))).toMatchObject({ verdict: 'pass', cause: 'clear' });
    const few = judgeFirst(
      inputOf([SLOW], [windowAt(0, timed(99, 6, 1), timed(900, 4.6, 9))], { slowEdges }),
    );
    expect(few).toMatchObject({ verdict: 'inconclusive', cause: 'unproven' });
  });

  it('has no data where outcomes have no values', () => {
    expect(judgeFirst(inputOf([SLOW], [GOOD], { slowEdges }))).toMatchObject({
      verdict: 'inconclusive',
      cause: 'no-data',
    });
  });
});

describe('the ceiling', () => {
  it('fails above it at any time, unless the control is above it too', () => {
    const bad = windowAt(0, sums(300, 60), sums(5000, 50));
    const later = Array.from({ length: 30 }, (_, index) => windowAt(index + 1, sums(300, 3), sums(5000, 50)));
    const judged = judgeFirst(inputOf([CEILING], [bad, ...later]));
    expect(judged).toMatchObject({ verdict: 'fail', cause: 'ceiling' });
    expect(judged.reason).toContain(
      'Treatment fails 20.0 % (60 of 300) within 2 min at 01:46:50 UTC, 10.0 % are allowed',
    );
    expect(judgeFirst(inputOf([CEILING], [windowAt(0, sums(300, 60), sums(5000, 900))])).verdict).toBe(
      'pass',
    );
  });

  it('does not sum over more than its window', () => {
    const windows = Array.from({ length: 60 }, (_, index) => windowAt(index, sums(15, 2), sums(900, 9)));
    expect(judgeFirst(inputOf([CEILING], windows)).verdict).toBe('pass');
    expect(judgeFirst(inputOf([{ ...CEILING, minCalls: 180 }], windows)).verdict).toBe('fail');
  });

  it('is inconclusive with fewer calls than it asks for', () => {
    expect(judgeFirst(inputOf([CEILING], [windowAt(0, sums(199, 0), sums(900, 9))]))).toMatchObject({
      verdict: 'inconclusive',
      cause: 'unproven',
      reason: 'Only 199 of 200 calls of the treatment are there yet.',
    });
  });
});

describe('the sample ratio', () => {
  const exposed = (index: number, treatment: number, control: number, changes: Partial<GuardWindow> = {}) =>
    windowAt(index, { ...NO_SUMS, exposures: treatment }, { ...NO_SUMS, exposures: control }, changes);
  const judge = (windows: readonly GuardWindow[], changes: Partial<GuardInput> = {}) =>
    judgeGuards(inputOf([], windows, changes)).find(({ id }) => id === 'sample-ratio') as JudgedGuard;

  it('pauses when the arms are not as large as the percent says', () => {
    expect(judge([exposed(0, 500, 9500)])).toMatchObject({ verdict: 'pass', cause: 'clear' });
    const judged = judge([exposed(0, 400, 9600)]);
    expect(judged).toMatchObject({ verdict: 'fail', cause: 'uneven', onAlarm: 'pause' });
    expect(judged.reason).toContain(
      'Treatment has 4.0 % (400 of 10,000) of the subjects, 5.0 % were expected',
    );
  });

  it('takes the share of the generation that clients served, not of the time', () => {
    const epochs = [
      { fromMs: START_MS, fromGeneration: 7, treatmentShare: 0.05 },
      { fromMs: START_MS + 10_000, fromGeneration: 9, treatmentShare: 0.5 },
    ];
    const slowClients = [exposed(0, 500, 9500), exposed(1, 500, 9500, { generation: 8 })];
    expect(judge([...slowClients, exposed(1, 5000, 5000, { generation: 9 })], { epochs }).verdict).toBe(
      'pass',
    );
    expect(judge([...slowClients, exposed(1, 500, 9500, { generation: 9 })], { epochs }).verdict).toBe(
      'fail',
    );
  });

  it('says that it does not apply where nobody knows the share', () => {
    const epochs = [{ fromMs: START_MS, fromGeneration: 7 }];
    expect(judge([exposed(0, 400, 9600)], { epochs })).toMatchObject({
      verdict: 'pass',
      cause: 'not-applicable',
    });
  });
});

describe('the health of SDK instances', () => {
  const instance = (instanceId: string, changes = {}) => ({
    instanceId,
    applied: 'ok' as const,
    lastReportMs: START_MS + 12_000,
    restarts: 0,
    ...changes,
  });
  const many = (prefix: string, count: number, changes = {}) =>
    Array.from({ length: count }, (_, index) => instance(`${prefix}-${index}`, changes));
  const judge = (candidate: ReturnType<typeof many>, control: ReturnType<typeof many>) =>
    judgeGuards(inputOf([], [GOOD], { instances: { sinceMs: START_MS, candidate, control } })).find(
      ({ id }) => id === 'sdk-health',
    );

  it('fails when instances reject the ruleset, or restart with it', () => {
    expect(judge(many('new', 20), many('old', 20))).toMatchObject({ verdict: 'pass', onAlarm: 'rollback' });
    const rejected = many('new', 1, { applied: 'rejected', rejection: 'unknown operator' });
    expect(judge(rejected, many('old', 20))).toMatchObject({
      verdict: 'fail',
      cause: 'rejected',
      reason: 'new-0 rejected the ruleset: unknown operator.',
    });
    expect(judge(many('new', 20, { restarts: 1 }), many('old', 20))).toMatchObject({
      verdict: 'fail',
      cause: 'lost',
    });
    expect(judge(many('new', 20, { restarts: 1 }), many('old', 20, { restarts: 1 }))?.verdict).not.toBe(
      'fail',
    );
  });

  it('judges the share itself where all have the ruleset, and never passes when nobody is left', () => {
    expect(judge([...many('new', 18), ...many('gone', 2, { restarts: 1 })], [])?.verdict).toBe('pass');
    expect(judge([...many('new', 17), ...many('gone', 3, { restarts: 1 })], [])?.verdict).toBe('fail');
    expect(
      judge(many('gone', 3, { lastReportMs: START_MS - 60_000, toldMs: START_MS - 60_000 }), [])?.verdict,
    ).toBe('inconclusive');
    expect(judge([], many('old', 3))?.verdict).toBe('inconclusive');
    expect(judge([], [])).toMatchObject({ verdict: 'pass', cause: 'not-applicable' });
  });
});

const counts = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 4 }))
  .map(([fine, errors, repeats]) => ({
    ...timed(fine + errors, 4 + errors / 10, errors),
    exposures: fine,
    errors,
    errorSum: errors,
    errorSquares: errors * repeats,
  }));
const rows = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 20 }), counts, counts, fc.integer({ min: 7, max: 9 }))
    .map(([index, treatment, control, generation]) => windowAt(index, treatment, control, { generation })),
  { maxLength: 40 },
);
const ALL = [ERRORS, SLOW, CEILING];
const slowEdges = new Map([['slow', 0]]);

describe('all guards', () => {
  it('decide alike to the last bit whatever the order of the rows', () => {
    fc.assert(
      fc.property(rows, fc.integer(), (windows, seed) => {
        const mixed = fc.sample(fc.shuffledSubarray([...windows], { minLength: windows.length }), {
          seed,
          numRuns: 1,
        })[0];
        const input = inputOf(ALL, windows, { slowEdges, prove: { guard: 'errors', ratioBelow: 3 } });
        const again = {
          ...input,
          windows: new Map([...input.windows.keys()].map((key) => [key, mixed ?? []])),
          exposures: mixed ?? [],
        };
        expect(judgeGuards(again)).toEqual(judgeGuards(input));
      }),
      { numRuns: 60 },
    );
  });

  it('decide alike whether rows of equal shares come as one or in parts', () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 2, max: 5 }), (treatment, control, parts) => {
        const cut = Array.from({ length: parts }, () => windowAt(0, treatment, control));
        const times = (sum: ArmSums) => cut.slice(1).reduce((total) => addSums(total, sum), sum);
        const whole = judgeFirst(inputOf([ERRORS], [windowAt(0, times(treatment), times(control))]));
        const inParts = judgeFirst(inputOf([ERRORS], cut));
        expect(inParts.evidence.logEvidence).toBeCloseTo(whole.evidence.logEvidence as number, 8);
        expect({ ...inParts, evidence: null }).toEqual({ ...whole, evidence: null });
      }),
    );
  });

  it('never pass without fresh data, and answer malformed data with an error', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 30_001, max: 10_000_000 }), (windows, ageMs) => {
        const input = inputOf(ALL, windows, { slowEdges });
        for (const judged of judgeGuards({ ...input, nowMs: input.nowMs - 5000 + ageMs }).slice(
          0,
          ALL.length + 1,
        ))
          expect(judged.verdict).not.toBe('pass');
      }),
    );
    for (const odd of [
      sums(1, 2),
      sums(1.5, 0),
      sums(5, 2, { errorSquares: 1 }),
      sums(5, 0, { logSum: Number.NaN }),
      sums(5, 0, { buckets: [-1] }),
    ])
      for (const judged of judgeGuards(inputOf(ALL, [windowAt(0, odd, sums(5, 0))])).slice(0, ALL.length + 1))
        expect(judged).toMatchObject({ verdict: 'error', cause: 'malformed' });
    const future = inputOf(ALL, [GOOD], { nowMs: START_MS - 30_001 });
    expect(judgeFirst(future)).toMatchObject({ verdict: 'error', cause: 'malformed' });
  });

  it('share the chance of a false alarm out to the guards that bet', () => {
    expect(alphaPerGuard({ guards: [] })).toBe(0.05);
    expect(alphaPerGuard({ guards: ALL })).toBe(0.025);
    expect(alphaPerGuard({ guards: [ERRORS], alpha: 0.01 })).toBe(0.01);
    const [errors, slow] = judgeGuards(inputOf(ALL, [GOOD], { slowEdges }));
    expect(errors?.evidence.alarmAt).toBeCloseTo(Math.log(40), 12);
    expect(slow?.evidence.alarmAt).toBeCloseTo(Math.log(80), 12);
  });
});
