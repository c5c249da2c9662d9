import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { waveMembers } from './membership.js';
import {
  moveWave,
  NO_WAVE,
  percentOf,
  type WaveEvent,
  type WaveStage,
  type WaveState,
  whyNoPlan,
} from './wave-machine.js';

const STAGES: readonly WaveStage[] = [
  { percent: 1, holdMs: 60_000 },
  { percent: 10, holdMs: 60_000 },
  { percent: 50, holdMs: 60_000 },
];
const START: WaveEvent = { kind: 'start', waveId: 'w1', stages: STAGES };
const judged = (decision: 'hold' | 'advance' | 'roll-back'): WaveEvent => ({
  kind: 'judged',
  decision,
  reason: 'Because.',
});

function run(events: readonly WaveEvent[], stepMs = 60_000): WaveState {
  return events.reduce((state, event, index) => moveWave(state, event, index * stepMs).state, NO_WAVE);
}

describe('a wave', () => {
  it('goes from stage to stage and ends with everybody', () => {
    const effects: string[] = [];
    let state: WaveState = NO_WAVE;
    for (const [index, event] of [START, ...STAGES.map(() => judged('advance'))].entries()) {
      const step = moveWave(state, event, index * 60_000);
      effects.push(step.effect.kind);
      state = step.state;
    }
    expect(effects).toEqual(['begin', 'advance', 'advance', 'finish']);
    expect(state).toEqual({ phase: 'finished', waveId: 'w1', endedAtMs: 180_000 });
    expect(percentOf(state)).toBe(100);
  });

  it('keeps its hold whatever the judge says, and a person may cut it short', () => {
    const begun = run([START]);
    const early = moveWave(begun, judged('advance'), 59_999);
    expect(early).toMatchObject({ effect: { kind: 'none' }, reason: expect.stringContaining('60000 ms') });
    const byHand = moveWave(begun, { kind: 'advance', reason: 'The shop is closed' }, 5);
    expect(byHand).toMatchObject({ effect: { kind: 'advance', stage: 1 }, state: { stageSinceMs: 5 } });
  });

  it('is taken back at any time, and gives the reason on', () => {
    const step = moveWave(run([START]), { kind: 'roll-back', reason: 'Payments fail' }, 1);
    expect(step).toEqual({
      state: { phase: 'rolled-back', waveId: 'w1', endedAtMs: 1 },
      effect: { kind: 'roll-back' },
      reason: 'Payments fail',
    });
    expect(percentOf(step.state)).toBe(0);
  });

  it('lets no second wave begin beside it, and begins once itself', () => {
    const other: WaveEvent = { ...START, waveId: 'w2' };
    expect(moveWave(run([START]), other, 0).reason).toContain('Wave w1 is running');
    const over = run([START, judged('roll-back')]);
    expect(moveWave(over, START, 0).effect.kind).toBe('none');
    expect(moveWave(over, other, 0)).toMatchObject({ effect: { kind: 'begin' }, state: { waveId: 'w2' } });
  });

  it('refuses plans that shrink, repeat, exceed, or hold for no time that there is', () => {
    const plans = [[], [0], [101], [10, 10], [10, 5], [Number.NaN]];
    for (const percents of plans) {
      const stages = percents.map((percent) => ({ percent, holdMs: 0 }));
      expect(whyNoPlan(stages)).toBeDefined();
      expect(moveWave(NO_WAVE, { ...START, stages }, 0).state).toBe(NO_WAVE);
    }
    expect(whyNoPlan([{ percent: 1, holdMs: -1 }])).toContain('-1');
    expect(whyNoPlan(STAGES)).toBeUndefined();
  });
});

describe('whatever happens', () => {
  const event: fc.Arbitrary<WaveEvent> = fc.oneof(
    fc.constantFrom(START, judged('hold'), judged('advance'), judged('roll-back')),
    fc.constantFrom('advance' as const, 'roll-back' as const).map((kind) => ({ kind, reason: 'By hand' })),
  );
  const history = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 90_000 })), { maxLength: 30 });
  const fleet = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 40 });

  it('nobody who has the candidate loses it while the wave grows, and nobody beyond the stage has it', () => {
    fc.assert(
      fc.property(history, fleet, (events, instances) => {
        let state: WaveState = NO_WAVE;
        let nowMs = 0;
        let holders: readonly string[] = [];
        for (const [next, afterMs] of events) {
          nowMs += afterMs;
          const before = state;
          state = moveWave(state, next, nowMs).state;
          if (state.phase !== 'running') continue;
          const members = waveMembers(instances, state.waveId, percentOf(state));
          if (before.phase === 'running') for (const holder of holders) expect(members).toContain(holder);
          const { percent } = STAGES[state.stage] as WaveStage;
          const below = waveMembers(instances, state.waveId, percent);
          expect(members.length).toBeLessThanOrEqual(Math.max(1, below.length));
          holders = members;
        }
      }),
    );
  });

  it('a wave that was taken back or has ended never grows again', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state: WaveState = NO_WAVE;
        let nowMs = 0;
        let isOver = false;
        for (const [next, afterMs] of events) {
          nowMs += afterMs;
          const step = moveWave(state, next, nowMs);
          if (isOver) expect(step).toMatchObject({ state, effect: { kind: 'none' } });
          state = step.state;
          isOver ||= state.phase === 'rolled-back' || state.phase === 'finished';
        }
      }),
    );
  });

  it('the stages come one after the other, and without a person none before its hold', () => {
    fc.assert(
      fc.property(history, (events) => {
        let state: WaveState = NO_WAVE;
        let nowMs = 0;
        for (const [next, afterMs] of events) {
          nowMs += afterMs;
          const before = state;
          state = moveWave(state, next, nowMs).state;
          if (before.phase !== 'running' || state.phase !== 'running') continue;
          expect(state.stage - before.stage === 0 || state.stage - before.stage === 1).toBe(true);
          if (state.stage > before.stage && next.kind === 'judged')
            expect(nowMs - before.stageSinceMs).toBeGreaterThanOrEqual(60_000);
        }
      }),
    );
  });
});
