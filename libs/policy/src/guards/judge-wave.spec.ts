import { describe, expect, it } from '@jest/globals';
import { judgeWave, type WaveInput } from './judge-wave.js';
import type { WaveCounts, WaveInstance, WaveWindow } from './wave-health.js';

const NOW_MS = 1_000_000;
const QUIET: WaveCounts = {
  evaluations: 0,
  evaluationErrors: 0,
  defaultsServed: 0,
  calls: 0,
  failedCalls: 0,
};

function anInstance(id: string, changes: Partial<WaveInstance> = {}): WaveInstance {
  return { instanceId: id, applied: 'ok', lastReportMs: NOW_MS - 5000, restarts: 0, ...changes };
}

function many(count: number, changes: Partial<WaveInstance> = {}): readonly WaveInstance[] {
  return Array.from({ length: count }, (_, index) => anInstance(`i-${index}`, changes));
}

function aWindow(candidate: Partial<WaveCounts>, control: Partial<WaveCounts>, endMs = NOW_MS): WaveWindow {
  const phi = { evaluationErrors: 1, defaultsServed: 1, failedCalls: 1 };
  const arms = { candidate: { ...QUIET, ...candidate }, control: { ...QUIET, ...control } };
  return { startMs: endMs - 10_000, endMs, stratum: 'fleet', phi, ...arms };
}

const HEALTHY = aWindow({ evaluations: 5000 }, { evaluations: 50_000 });

function judge(changes: Partial<WaveInput> = {}) {
  const arms = { candidate: many(1), control: many(20), isFleetKnown: true };
  const input = { ...arms, windows: [HEALTHY], holdMs: 60_000, nowMs: NOW_MS };
  return judgeWave({ ...input, sinceMs: NOW_MS - 60_000, ...changes });
}

it('advances after the hold when everything is proved good, not a millisecond sooner', () => {
  expect(judge()).toMatchObject({ decision: 'advance', cause: 'passed' });
  expect(judge({ sinceMs: NOW_MS - 59_999 })).toMatchObject({ decision: 'hold', cause: 'holding' });
});

it('lets time pass where no instance was ever heard of, and nothing but time', () => {
  const nobody = { candidate: [], control: [], windows: [], isFleetKnown: false };
  expect(judge(nobody)).toMatchObject({ decision: 'advance', cause: 'empty' });
  expect(judge({ ...nobody, sinceMs: NOW_MS - 59_999 })).toMatchObject({
    decision: 'hold',
    cause: 'holding',
  });
  expect(judge({ ...nobody, isFleetKnown: true })).toMatchObject({ decision: 'hold', cause: 'empty' });
});

describe('it rolls back, hold or not,', () => {
  it.each(['rejected', 'quarantined'] as const)('when an instance has %s the ruleset', (applied) => {
    const decision = judge({ candidate: [anInstance('a', { applied, rejection: 'unknown operator' })] });
    expect(decision).toMatchObject({ decision: 'roll-back', cause: 'rejected', instances: ['a'] });
    expect(decision.reason).toContain('unknown operator');
  });

  it.each([
    [
      'evaluationErrors',
      { evaluations: 1000, evaluationErrors: 200 },
      { evaluations: 9000, evaluationErrors: 9 },
    ],
    ['defaultsServed', { evaluations: 1000, defaultsServed: 200 }, { evaluations: 9000, defaultsServed: 9 }],
    [
      'failedCalls',
      { evaluations: 1000, calls: 1000, failedCalls: 200 },
      { evaluations: 9000, calls: 9000, failedCalls: 9 },
    ],
  ] as const)('when %s are worse than in the control', (signal, candidate, control) => {
    const decision = judge({ windows: [aWindow(candidate, control)], sinceMs: NOW_MS - 10_000 });
    expect(decision).toMatchObject({ decision: 'roll-back', cause: 'worse' });
    expect(decision.signals[signal]?.verdict).toBe('fail');
  });

  it('when the candidate alone fails, with nobody to compare it with', () => {
    const windows = [aWindow({ evaluations: 1000, evaluationErrors: 300 }, {})];
    expect(judge({ control: [], windows })).toMatchObject({ decision: 'roll-back', cause: 'worse' });
  });

  it('when far more of the candidate are lost than of the control', () => {
    const candidate = many(20, { restarts: 1 });
    expect(judge({ candidate, control: many(100) })).toMatchObject({ decision: 'roll-back', cause: 'lost' });
  });

  it('when an instance does not answer for the ruleset for ten minutes', () => {
    const sinceMs = NOW_MS - 600_001;
    const silent = [anInstance('a', { lastReportMs: sinceMs })];
    expect(judge({ candidate: silent, sinceMs })).toMatchObject({ decision: 'roll-back', cause: 'silent' });
    const unmoved = [anInstance('a', { applied: 'pending' })];
    expect(judge({ candidate: unmoved, sinceMs })).toMatchObject({ decision: 'roll-back', cause: 'silent' });
  });
});

describe('it holds, however long it has held,', () => {
  it('while an incident hits both arms alike', () => {
    const bad = aWindow(
      { evaluations: 50, evaluationErrors: 20 },
      { evaluations: 500, evaluationErrors: 200 },
    );
    expect(judge({ windows: [bad] }).decision).toBe('hold');
  });

  it.each([
    ['empty', { candidate: [] }],
    ['silent', { candidate: many(1, { lastReportMs: NOW_MS - 30_001 }) }],
    ['silent', { candidate: many(1, { lastReportMs: undefined as never }) }],
    ['pending', { candidate: many(1, { applied: 'pending' }) }],
    ['no-data', { windows: [] }],
    ['no-data', { windows: [aWindow({}, { evaluations: 50_000 })] }],
    ['no-data', { windows: [aWindow({ evaluations: 5000 }, { evaluations: 9 }, NOW_MS - 40_000)] }],
    ['malformed', { windows: [aWindow({ evaluations: 1, evaluationErrors: 2 }, { evaluations: 9 })] }],
    ['malformed', { holdMs: Number.NaN }],
  ] as const)('for want of data: %s', (cause, changes) => {
    const sinceMs = NOW_MS - 500_000;
    expect(judge({ sinceMs, ...(changes as Partial<WaveInput>) })).toMatchObject({ decision: 'hold', cause });
  });

  it('with no traffic at all for a day', () => {
    const decision = judge({ windows: [], sinceMs: NOW_MS - 86_400_000 });
    expect(decision).toMatchObject({ decision: 'hold', cause: 'no-data' });
  });
});

it('waits for proof for ten minutes, then goes on with data that are not bad and says so', () => {
  const windows = [aWindow({ evaluations: 20 }, { evaluations: 400, evaluationErrors: 4 })];
  expect(judge({ windows })).toMatchObject({ decision: 'hold', cause: 'unproven' });
  const late = judge({ windows, sinceMs: NOW_MS - 600_000 });
  expect(late).toMatchObject({ decision: 'advance', cause: 'unproven' });
  expect(late.reason).toContain('without proof');
});

it('does not take the churn of a fleet for harm', () => {
  const gone = { lastReportMs: NOW_MS - 60_000 };
  const churning = { candidate: [...many(98), ...many(2, gone)], control: [...many(190), ...many(5, gone)] };
  expect(judge({ ...churning, sinceMs: NOW_MS - 300_000 }).decision).toBe('advance');
  const onlyThere = { candidate: [...many(98), ...many(2, gone)], control: many(195) };
  expect(judge({ ...onlyThere, sinceMs: NOW_MS - 300_000 })).toMatchObject({
    decision: 'hold',
    cause: 'silent',
  });
});

it('gives an instance that joined late its own time to answer', () => {
  const candidate = [anInstance('a', { applied: 'pending', toldMs: NOW_MS - 10_000 })];
  const sinceMs = NOW_MS - 3_600_000;
  expect(judge({ candidate, sinceMs })).toMatchObject({ decision: 'hold', cause: 'pending' });
});
