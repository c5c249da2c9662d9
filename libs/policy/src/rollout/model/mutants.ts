import { moveRollout } from '../move-rollout.js';
import type { InvariantId } from './invariants.js';
import { RIGHT_RULES, type Rules } from './rollout-world.js';

export interface Mutant {
  readonly name: string;
  readonly rules: Rules;
  /** Any of these finds it. */
  readonly caughtBy: readonly InvariantId[];
}

const isKept = new Set(['pause', 'resume', 'killed']);

/** The seven mistakes of the reference note, A2, made on purpose: a test that does not find them would find nothing. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no compare-and-set',
    rules: { ...RIGHT_RULES, accepts: () => true },
    caughtBy: ['I1'],
  },
  {
    name: 'a kill does not bump the row version',
    rules: { ...RIGHT_RULES, killBumps: false },
    caughtBy: ['I1'],
  },
  {
    name: 'compare-and-set on phase and stage instead of the whole row',
    rules: {
      ...RIGHT_RULES,
      accepts: ({ state }, glimpse) =>
        glimpse.state.phase === state.phase && glimpse.state.stage === state.stage,
    },
    caughtBy: ['I8'],
  },
  {
    name: 'resume ignores the kill',
    rules: {
      ...RIGHT_RULES,
      move: (state, event, nowMs) =>
        event.kind === 'resume'
          ? moveRollout(
              { ...state, isKilled: false },
              { ...event, seen: { ...event.seen, isKilled: false } },
              nowMs,
            )
          : moveRollout(state, event, nowMs),
    },
    caughtBy: ['I2b'],
  },
  {
    name: 'resume keeps the old hold',
    rules: {
      ...RIGHT_RULES,
      move: (state, event, nowMs) => {
        const step = moveRollout(state, event, nowMs);
        if (!isKept.has(event.kind)) return step;
        const { creditMs } = state.progress;
        return { ...step, state: { ...step.state, progress: { ...step.state.progress, creditMs } } };
      },
    },
    caughtBy: ['I8'],
  },
  {
    name: 'an approval is not bound to its stage',
    rules: {
      ...RIGHT_RULES,
      move: (state, event, nowMs) => {
        if (event.kind !== 'tick') return moveRollout(state, event, nowMs);
        const stage = state.terms.plan.stages[state.stage + 1]?.id ?? '';
        const approvals = event.seen.approvals.map((approval) => ({ ...approval, stage }));
        const seen = { ...event.seen, approvals };
        return moveRollout({ ...state, consumed: [] }, { ...event, seen }, nowMs);
      },
    },
    caughtBy: ['I6', 'I10'],
  },
  {
    name: 'the alarm goes away with the failure',
    rules: {
      ...RIGHT_RULES,
      move: (state, event, nowMs) => {
        const step = moveRollout(state, event, nowMs);
        const isWell = event.kind === 'tick' && event.seen.guards.every(({ verdict }) => verdict !== 'fail');
        if (!isWell) return step;
        const { alarm: _alarm, ...rest } = step.state;
        return { ...step, state: rest };
      },
    },
    caughtBy: ['I7'],
  },
];
