import type { Position } from '@guidon/engine/model';
import type { RolloutState } from '@guidon/policy/rollout';
import { expect, it } from '@jest/globals';
import { epochsOf, everyonePercent, markOf, type RolloutMark, shareOf } from './rollout-marks.js';

const staff = { op: 'exists', attribute: 'email', type: 'string', exists: true } as const;
const position = (reached: Position['reached'], holdoutParts = 0): Position =>
  ({ flag: 'a', environment: 'production', reached, holdoutParts }) as Position;
const state = (changes: Partial<RolloutState>): RolloutState =>
  ({ run: 1, epochMs: 1_000, ...changes }) as RolloutState;
const last: RolloutMark = { run: 1, kind: 'published', generation: 5, share: 0.1, atMs: 2_000 };

it('knows the share of the new variant as long as audiences are taken whole', () => {
  const whole = { stage: 'staff', audience: staff, parts: 100_000 };
  expect(shareOf(position([whole]))).toBe(0);
  expect(shareOf(position([whole, { stage: 'some', parts: 5_000 }]))).toBe(0.05);
  expect(shareOf(position([{ stage: 'full', parts: 100_000 }], 10_000))).toBe(0.9);
  expect(
    shareOf(
      position([
        { ...whole, parts: 20_000 },
        { stage: 'some', parts: 5_000 },
      ]),
    ),
  ).toBeUndefined();
  expect(everyonePercent(position([whole, { stage: 'full', parts: 100_000 }], 1_000))).toBe(99);
});

it('marks each position that goes out with its generation', () => {
  const moved = { position: position([{ stage: 'some', parts: 5_000 }]), generation: 7 };
  const states = { before: state({}), after: state({}) };
  expect(markOf(states, { moved, last, atMs: 3_000 })).toEqual({
    ...{ run: 1, kind: 'published', generation: 7, share: 0.05, atMs: 3_000 },
  });
  const withdrawn = { position: undefined, generation: 8 };
  expect(markOf(states, { moved: withdrawn, last, atMs: 3_000 })).toEqual({
    ...{ run: 1, kind: 'published', generation: 8, atMs: 3_000 },
  });
  expect(markOf(states, { moved: undefined, last, atMs: 3_000 })).toBeUndefined();
});

it('begins the evidence anew when a person has said so, with the share and the generation that are live', () => {
  const states = { before: state({}), after: state({ epochMs: 3_000 }) };
  const mark = markOf(states, { moved: undefined, last, atMs: 3_000 });
  expect(mark).toEqual({ run: 1, kind: 'restarted', generation: 5, share: 0.1, atMs: 3_000 });
  expect(epochsOf([last, mark as RolloutMark])).toEqual([
    { fromMs: 2_000, fromGeneration: 5, treatmentShare: 0.1 },
    { fromMs: 3_000, fromGeneration: 5, treatmentShare: 0.1, restart: true },
  ]);
});
