import { describe, expect, it } from '@jest/globals';
import { askGates, type ShutGate } from './gates.js';
import { isRandomised } from './guard-readings.js';
import {
  createApproval,
  createRollout,
  MINUTE_MS,
  reading,
  SMALL_PLAN,
  seenAt,
} from './model/create-rollout.js';
import type { Observation } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';

const NOW_MS = Date.UTC(2026, 10, 25, 13, 0);

/** In 'canary', with its hold done. */
function inStage(changes: Partial<RolloutState> = {}, plan = {}): RolloutState {
  const progress = {
    sinceMs: NOW_MS - 30 * MINUTE_MS,
    creditMs: 30 * MINUTE_MS,
    countedAtMs: NOW_MS,
    reason: '',
    waitingFor: { kind: 'nothing' },
  } as const;
  return { ...createRollout(plan), phase: 'running', stage: 0, progress, ...changes };
}

function shut(seen: Partial<Observation>, state = inStage(), isByHand?: true): ShutGate | undefined {
  const question = { state, seen: seenAt(NOW_MS, seen), nowMs: NOW_MS };
  return askGates(isByHand === undefined ? question : { ...question, isByHand }).shut;
}

const approvals = [createApproval()];

describe('a stage is left', () => {
  it('only when everything is in order', () => {
    expect(shut({ approvals })).toBeUndefined();
  });

  it('not before everybody has it', () => {
    const propagation = { isDone: false, reason: '2 of 9 instances lack it.' };
    expect(shut({ approvals, propagation })).toMatchObject({ status: 'propagating' });
  });

  it('not before it has held, unless a person cuts that short', () => {
    const progress = { ...inStage().progress, creditMs: 12 * MINUTE_MS };
    expect(shut({ approvals }, inStage({ progress }))).toEqual({
      status: 'holding',
      reason: "Holds 'canary' until 14:18: 12 of 30 minutes done.",
      waitingFor: {
        kind: 'hold',
        doneMs: 12 * MINUTE_MS,
        neededMs: 30 * MINUTE_MS,
        untilMs: NOW_MS + 18 * MINUTE_MS,
      },
    });
    expect(shut({ approvals }, inStage({ progress }), true)).toBeUndefined();
  });

  it.each<[string, Partial<Observation>, string]>([
    ['without data', { newestDataMs: undefined }, 'no data of this rollout'],
    ['with old data', { newestDataMs: NOW_MS - 30_001 }, '30 seconds old'],
    ['with a guard that says nothing', { guards: [] }, "guard 'errors' has said nothing"],
    ['with too little', { guards: [reading({ verdict: 'inconclusive', reason: '3 calls' })] }, '3 calls.'],
    ['with data that cannot be judged', { guards: [reading({ verdict: 'error' })] }, "guard 'errors'"],
  ])('not %s, not even by a person', (_, seen, sentence) => {
    for (const isByHand of [undefined, true] as const) {
      const gate = shut({ approvals, ...seen }, inStage(), isByHand);
      expect(gate).toMatchObject({ status: 'proving', waitingFor: { kind: 'evidence' } });
      expect(gate?.reason).toContain(sentence);
    }
  });

  it('only with the proof that the stage asks for, and not with a weaker one', () => {
    const [canary, ...others] = SMALL_PLAN.stages;
    const prove = { guard: 'errors', ratioBelow: 2, withinMs: 1e9 };
    const state = inStage({}, { stages: [{ ...canary, prove }, ...others] });
    const proof = (ratioBelow: number, isProven: boolean) => {
      const evidence = { proof: { ratioBelow, isProven, logEvidence: 1.5, provedAt: 3 } };
      const verdict = isProven ? ('pass' as const) : ('inconclusive' as const);
      return { approvals, guards: [reading({ verdict, evidence })] };
    };
    expect(shut({ approvals }, state)).toMatchObject({ status: 'proving' });
    expect(shut(proof(3, true), state)).toMatchObject({ status: 'proving' });
    expect(shut(proof(2, false), state)?.waitingFor).toEqual({
      kind: 'evidence',
      guard: 'errors',
      done: 1.5,
      needed: 3,
    });
    expect(shut(proof(2, true), state)).toBeUndefined();
  });

  it('not in a freeze, not even by a person', () => {
    const freeze = { untilMs: NOW_MS + 86_400_000, reason: 'Black Friday week' };
    for (const isByHand of [undefined, true] as const)
      expect(shut({ approvals, freeze }, inStage(), isByHand)).toMatchObject({
        reason: 'Does not grow before Thu 26 Nov, 14:00, when the freeze ends (Black Friday week).',
        waitingFor: { kind: 'freeze' },
      });
  });

  it('only in a window of the plan, unless a person does not wait for it', () => {
    const state = inStage({}, { windows: ['Thu 09:00-16:00'] });
    expect(shut({ approvals }, state)).toMatchObject({
      reason: 'Waits for the next window, which opens at Thu 26 Nov, 09:00, in 19 hours.',
      waitingFor: { kind: 'window', opensMs: Date.UTC(2026, 10, 26, 8, 0) },
    });
    expect(shut({ approvals }, state, true)).toBeUndefined();
    expect(shut({ approvals }, inStage({}, { windows: ['Wed 14:00-14:01'] }))).toBeUndefined();
  });

  it.each<[string, Parameters<typeof createApproval>[0]]>([
    ['for another stage', { stage: 'full' }],
    ['for another plan', { planHash: 'plan-2' }],
    ['for another text of the file', { blob: 'blob-2' }],
    ['from before an alarm', { epochMs: -1 }],
    ['that has expired', { expiresMs: NOW_MS }],
    ['by who changed the file', { by: 'Ada@acme.example' }],
    ['by another team', { teams: ['payments'] }],
  ])('not by an approval %s, not even by a person', (_, changes) => {
    const gate = shut({ approvals: [createApproval(changes)] }, inStage(), true);
    expect(gate?.waitingFor).toEqual({ kind: 'approval', team: 'releases', stage: 'half' });
  });

  it('not by an approval that was used', () => {
    const gate = shut({ approvals }, inStage({ consumed: ['approval-1'] }));
    expect(gate?.reason).toContain('It was used before');
  });
});

describe('two arms', () => {
  const staff = { id: 'staff', holdMs: 1, audience: { op: 'segment', any: ['staff'] } } as const;
  const some = { id: 'some', holdMs: 1, parts: 5000 };
  const all = { id: 'all', holdMs: 1, parts: 100_000 };

  it.each([
    ['none for all of an audience', [staff], 0, false],
    ['for a share of one', [{ ...staff, parts: 5000 }], 0, true],
    ['for a share of everyone', [staff, some], 1, true],
    ['none for everyone', [staff, some, all], 2, false],
  ] as const)('exist: %s', (_, stages, stage, expected) => {
    expect(isRandomised({ ...SMALL_PLAN, stages, holdoutParts: 0 }, stage)).toBe(expected);
  });

  it('exist for everyone while some are held out', () => {
    expect(isRandomised({ ...SMALL_PLAN, stages: [all], holdoutParts: 1000 }, 0)).toBe(true);
  });

  it('are not waited for where there are none', () => {
    const stages = [{ ...staff, holdMs: 30 * MINUTE_MS }, ...SMALL_PLAN.stages];
    const { shut: gate } = askGates({
      state: inStage({}, { stages }),
      seen: seenAt(NOW_MS, { guards: [], newestDataMs: undefined }),
      nowMs: NOW_MS,
    });
    expect(gate).toBeUndefined();
  });
});
