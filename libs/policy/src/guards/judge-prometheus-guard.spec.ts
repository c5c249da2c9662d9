import { describe, expect, it } from '@jest/globals';
import { GUARD_DEFAULTS, type PrometheusRule } from './guard-rule.js';
import { judgePrometheusGuard } from './judge-prometheus-guard.js';
import { type PrometheusSample, readPrometheusAnswer } from './prometheus-answer.js';

const NOW_MS = 1_000_000;
const RULE: PrometheusRule = { id: 'load', type: 'prometheus', above: 0.8, onAlarm: 'pause' };

const sample = (...values: readonly number[]): PrometheusSample => ({ atMs: NOW_MS, kind: 'values', values });

function judge(samples: readonly PrometheusSample[], changes: Partial<PrometheusRule> = {}) {
  const rule = { ...RULE, ...changes };
  return judgePrometheusGuard({ rule, samples, settings: GUARD_DEFAULTS, nowMs: NOW_MS });
}

describe('a guard on a Prometheus query', () => {
  it('compares the worst series with the limit', () => {
    expect(judge([sample(0.2, 0.8)])).toMatchObject({ verdict: 'pass', evidence: { value: 0.8 } });
    expect(judge([sample(0.2, 0.9)])).toMatchObject({
      verdict: 'fail',
      cause: 'threshold',
      reason: 'The query gave 0.9; above 0.8 is an alarm.',
    });
    expect(judge([sample(0.9)], { forMs: 0 }).reason).toBe('The query gave 0.9; above 0.8 is an alarm.');
    const { above: _, ...below } = { ...RULE, below: 100 };
    expect(
      judgePrometheusGuard({
        rule: below,
        samples: [sample(99, 300)],
        settings: GUARD_DEFAULTS,
        nowMs: NOW_MS,
      }).verdict,
    ).toBe('fail');
    expect(judge([sample(Number.POSITIVE_INFINITY)]).verdict).toBe('fail');
  });

  it('never passes without a number: no answer, an old one, an empty one, NaN, a failure', () => {
    expect(judge([])).toMatchObject({ verdict: 'inconclusive', cause: 'no-data' });
    expect(judge([sample()])).toMatchObject({ verdict: 'inconclusive', cause: 'no-data' });
    expect(judge([sample(Number.NaN)])).toMatchObject({ verdict: 'inconclusive', cause: 'no-data' });
    expect(judge([sample(0.1, Number.NaN)]).verdict).toBe('inconclusive');
    expect(judge([{ ...sample(0.1), atMs: NOW_MS - 30_001 }])).toMatchObject({
      verdict: 'inconclusive',
      cause: 'stale',
    });
    const failed = { atMs: NOW_MS, kind: 'failed', why: 'No answer within 5 s.' } as const;
    expect(judge([failed])).toMatchObject({ verdict: 'error', reason: 'No answer within 5 s.' });
  });

  it('waits as long as the limit has to be broken, and keeps the alarm', () => {
    const at = (agoMs: number, value: number): PrometheusSample => ({
      atMs: NOW_MS - agoMs,
      kind: 'values',
      values: [value],
    });
    const lasting = { forMs: 20_000 };
    expect(judge([at(10_000, 0.9), at(0, 0.9)], lasting)).toMatchObject({
      verdict: 'inconclusive',
      cause: 'unproven',
    });
    expect(judge([at(20_000, 0.9), at(10_000, 0.1), at(0, 0.9)], lasting).verdict).toBe('inconclusive');
    expect(judge([at(0, 0.9), at(20_000, 0.9), at(10_000, 0.9)], lasting).verdict).toBe('fail');
    expect(judge([at(50_000, 0.9), at(30_000, 0.9), at(0, 0.1)], lasting).verdict).toBe('fail');
  });

  it('refuses a rule that says nothing', () => {
    expect(judge([sample(1)], { below: 1 }).verdict).toBe('error');
    expect(judge([sample(1)], { above: Number.NaN }).verdict).toBe('error');
    expect(judge([sample(1)], { forMs: -1 }).verdict).toBe('error');
  });
});

describe('an answer of Prometheus', () => {
  const read = (data: unknown) => readPrometheusAnswer({ status: 'success', data }, 5);
  const vector = (...values: readonly unknown[]) => ({
    resultType: 'vector',
    result: values.map((value) => ({ metric: {}, value: [1, value] })),
  });

  it('is a scalar or an instant vector of numbers as text', () => {
    expect(read({ resultType: 'scalar', result: [1, '0.25'] })).toEqual({
      atMs: 5,
      kind: 'values',
      values: [0.25],
    });
    expect(read(vector('1', 'NaN', '+Inf', '-Inf'))).toEqual({
      atMs: 5,
      kind: 'values',
      values: [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    });
    expect(read(vector())).toMatchObject({ kind: 'values', values: [] });
  });

  it('is a failure with its reason otherwise', () => {
    expect(readPrometheusAnswer({ status: 'error', error: 'parse error' }, 5)).toMatchObject({
      kind: 'failed',
      why: 'Prometheus says: parse error.',
    });
    for (const body of [undefined, null, 'x', [], {}])
      expect(readPrometheusAnswer(body, 5).kind).toBe('failed');
    for (const data of [undefined, { resultType: 'matrix', result: [] }, vector(1), vector(''), vector('x')])
      expect(read(data).kind).toBe('failed');
  });
});
