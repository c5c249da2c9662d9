import { describe, expect, it } from '@jest/globals';
import { declareRollout } from './declare-rollout.js';
import {
  createRollout,
  createTerms,
  FILE,
  MINUTE_MS,
  reading,
  SMALL_PLAN,
  seenAt,
} from './model/create-rollout.js';
import { moveRollout } from './move-rollout.js';
import { positionOf } from './position-of.js';
import type { RolloutEvent } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';
import type { RolloutStep } from './rollout-step.js';

const by = { by: 'gus@acme.example', reason: 'Because.' };
const commit = 'c1';
const FREEZE = { untilMs: 1e9, reason: 'Black Friday' };
const resume = { kind: 'resume', seen: seenAt(0), ...by } as const;
const file = { blob: 'blob-2', authors: ['bo@acme.example'] };

function after(state: RolloutState, ...events: readonly RolloutEvent[]): RolloutStep {
  const first: RolloutStep = { state, effects: [], reason: '' };
  return events.reduce((step, event, index) => moveRollout(step.state, event, index * 1000), first);
}

function running(plan = {}): RolloutState {
  return after(createRollout(plan), { kind: 'tick', seen: seenAt(0) }).state;
}

const kinds = ({ effects }: RolloutStep) => effects.map(({ kind }) => kind);
const stages = SMALL_PLAN.stages;

describe('a person', () => {
  it('pauses and takes back in a freeze, without metrics, and while it is killed', () => {
    const killed = after(running(), { kind: 'killed', ...by }).state;
    expect(killed).toMatchObject({ phase: 'paused', pause: { reason: 'unkill' }, isKilled: true });
    for (const state of [running(), killed]) {
      expect(after(state, { kind: 'pause', ...by }).state.phase).toBe('paused');
      expect(after(state, { kind: 'roll-back', ...by }).state.phase).toBe('rolling-back');
    }
  });

  it('does not resume what is killed or frozen, and what was revived only by hand', () => {
    const killed = after(running(), { kind: 'killed', ...by }).state;
    expect(after(killed, resume).reason).toContain('revive it first');
    const revived = after(killed, { kind: 'revived', ...by }, { kind: 'tick', seen: seenAt(0) }).state;
    expect(revived.phase).toBe('paused');
    const frozen = { ...resume, seen: seenAt(0, { freeze: FREEZE }) };
    expect(after(revived, frozen)).toMatchObject({ isRefused: true });
    expect(after(revived, resume).state).toMatchObject({
      phase: 'running',
      stage: 0,
      progress: { creditMs: 0 },
    });
  });

  it('cuts a hold short by one stage, and nothing else', () => {
    const plain = stages.map(({ approval: _approval, ...stage }) => stage);
    const advance = { kind: 'advance', seen: seenAt(0), ...by } as const;
    const step = after(running({ stages: plain }), advance);
    expect(step.state).toMatchObject({ phase: 'running', stage: 1 });
    const alarmed = { ...advance, seen: seenAt(0, { guards: [reading({ verdict: 'fail' })] }) };
    expect(after(running({ stages: plain }), alarmed)).toMatchObject({ isRefused: true });
    expect(after(running(), advance).reason).toContain('releases');
  });

  it('cancels what has not begun, and takes back what has', () => {
    const scheduled = createRollout();
    expect(after(scheduled, { kind: 'cancel', ...by }).state.phase).toBe('cancelled');
    expect(after(scheduled, { kind: 'roll-back', ...by })).toMatchObject({ isRefused: true });
    expect(after(running(), { kind: 'cancel', ...by })).toMatchObject({ isRefused: true });
  });

  it('takes back what is completed until the file says so too', () => {
    const phase = 'completed' as const;
    const done: RolloutState = { ...running(), phase, stage: 2, lastGood: 'to' };
    const back = after(done, { kind: 'roll-back', ...by });
    expect(back.state).toMatchObject({ phase: 'rolling-back', lastGood: 'before' });
    const merged = after(done, { kind: 'removed', servesTo: true, commit }).state;
    expect(after(merged, { kind: 'roll-back', ...by })).toMatchObject({ isRefused: true });
  });

  it('restarts what was rolled back, from the beginning, once the alarm is acknowledged', () => {
    const tick = { kind: 'tick', seen: seenAt(0) } as const;
    const bad = { kind: 'tick', seen: seenAt(0, { guards: [reading({ verdict: 'fail' })] }) } as const;
    const back = after(running(), bad, tick).state;
    const restart = { kind: 'restart', seen: seenAt(0), terms: createTerms(), file: FILE, ...by } as const;
    expect(after(back, restart)).toMatchObject({ isRefused: true });
    const step = after(back, { kind: 'acknowledge', ...by }, restart);
    expect(step.state).toMatchObject({ phase: 'scheduled', stage: -1, run: 2, epochMs: 1000 });
  });
});

describe('a rollout pauses', () => {
  it('when no data has come in for too long, or goes back if the plan says so', () => {
    const noData = { afterMs: 10 * MINUTE_MS, action: 'pause' } as const;
    const silent = { kind: 'tick', seen: seenAt(0, { newestDataMs: undefined }) } as const;
    for (const [action, phase] of [
      ['pause', 'paused'],
      ['rollback', 'rolling-back'],
    ] as const) {
      const { state } = moveRollout(running({ noData: { ...noData, action } }), silent, 0);
      expect(moveRollout(state, silent, 10 * MINUTE_MS - 1).state.phase).toBe('running');
      expect(moveRollout(state, silent, 10 * MINUTE_MS).state.phase).toBe(phase);
    }
  });

  it('at its deadline, and has as long again when it is resumed', () => {
    const deadlineMs = 60 * MINUTE_MS;
    const late = { kind: 'tick', seen: seenAt(deadlineMs) } as const;
    const { state } = moveRollout(running({ deadlineMs }), late, deadlineMs);
    expect(state).toMatchObject({ phase: 'paused', pause: { reason: 'deadline' } });
    const resumed = moveRollout(state, resume, deadlineMs + 1).state;
    expect(moveRollout(resumed, late, deadlineMs * 2).state.phase).toBe('running');
  });

  it('never counts time that nobody watched as more than three ticks, nor makes up for it by a jump', () => {
    const tick = (nowMs: number) => ({ kind: 'tick', seen: seenAt(nowMs) }) as const;
    const { state } = moveRollout(running(), tick(0), 0);
    const later = moveRollout(state, tick(1e9), 1e9).state;
    expect(later).toMatchObject({ stage: 0, progress: { creditMs: 30_000 } });
  });
});

describe('Git', () => {
  it('completes it by serving to everyone what it rolls out, and takes it back by anything else', () => {
    const completed = after(running(), { kind: 'removed', servesTo: true, commit });
    expect(completed.state.phase).toBe('completed');
    expect(kinds(completed)).toEqual(['record', 'withdraw', 'notify']);
    const back = after(running(), { kind: 'removed', servesTo: false, commit });
    expect(back.state.phase).toBe('rolling-back');
    expect(kinds(back)).toEqual(['record', 'withdraw', 'notify']);
    expect(after(createRollout(), { kind: 'removed', servesTo: false, commit }).state.phase).toBe(
      'cancelled',
    );
  });

  it('changes its plan only toward safety, and asks a person for anything else', () => {
    const change = (plan: object, planHash = 'plan-2'): RolloutEvent => ({
      kind: 'plan-changed',
      terms: createTerms({ plan: { ...SMALL_PLAN, ...plan }, planHash }),
      file,
      commit,
    });
    const longer = stages.map((stage) => ({ ...stage, holdMs: stage.holdMs * 2 }));
    const safer = after(running(), change({ stages: longer }));
    expect(safer.state).toMatchObject({
      phase: 'running',
      terms: { planHash: 'plan-2' },
      file: { blob: 'blob-2' },
    });
    expect(safer.state.file.authors).toEqual(['ada@acme.example', 'bo@acme.example']);

    const shorter = stages.map((stage) => ({ ...stage, holdMs: 1 }));
    const asked = after(running(), change({ stages: shorter }));
    expect(asked.state).toMatchObject({ phase: 'paused', pause: { reason: 'plan-changed' } });
    expect(asked.state.terms.planHash).toBe('plan-1');
    expect(asked.reason).toContain('stage canary has a shorter hold');
    expect(after(asked.state, resume).reason).toContain('plan-2');
    const taken = after(asked.state, { ...resume, planHash: 'plan-2' });
    expect(taken.state).toMatchObject({ phase: 'running', terms: { planHash: 'plan-2' } });

    const more = after(
      running(),
      change({ stages: stages.map((one) => ({ ...one, parts: 100_000 })) }),
    ).state;
    expect(after(more, { ...resume, planHash: 'plan-2' }).reason).toContain('would take more at once');
    expect(after(asked.state, change({}, 'plan-1'), resume).state.phase).toBe('running');
  });

  it('cannot turn it into a rollout of something else while it runs', () => {
    const terms = createTerms({ to: { serve: 'other' } });
    const step = after(running(), { kind: 'plan-changed', terms, file, commit });
    expect(step.state).toMatchObject({ phase: 'paused', terms: { to: { serve: 'on' } } });
    expect(after(step.state, { ...resume, planHash: 'plan-1' }).reason).toContain("'to' has changed");
  });

  it('moves the start of what has not begun', () => {
    const later = createTerms({ startMs: 60_000 });
    const step = after(createRollout(), { kind: 'plan-changed', terms: later, file, commit });
    expect(step.state.terms.startMs).toBe(60_000);
    const tick = { kind: 'tick', seen: seenAt(0) } as const;
    expect(moveRollout(step.state, tick, 59_999)).toMatchObject({ reason: 'Begins at 01:01.' });
    expect(moveRollout(step.state, tick, 60_000).state.phase).toBe('running');
  });

  it('begins nothing anew by itself', () => {
    const tick = { kind: 'tick', seen: seenAt(0) } as const;
    const back = after(running(), { kind: 'removed', servesTo: false, commit }, tick).state;
    const declared = { kind: 'declared', terms: createTerms(), file, hasServedTo: true, commit } as const;
    expect(after(back, declared, tick).state.phase).toBe('rolled-back');
    for (const changes of [{ planHash: 'plan-2' }, { to: { serve: 'other' } }]) {
      const other = { ...declared, terms: createTerms(changes) };
      expect(after(back, other).state).toMatchObject({ phase: 'scheduled', run: 2 });
    }
  });
});

describe('a rollout whose row is lost', () => {
  const declared = { kind: 'declared', terms: createTerms(), file: FILE, hasServedTo: true, commit } as const;
  const reached = [
    { stage: 'canary', parts: 5000 },
    { stage: 'half', parts: 50_000 },
  ];

  it('starts paused where it stood, and goes on from there', () => {
    const step = declareRollout({ ...declared, reached }, 0);
    expect(kinds(step)).toEqual(['record', 'notify']);
    expect(step.state).toMatchObject({ phase: 'paused', stage: 1, pause: { reason: 'position-lost' } });
    expect(after(step.state, { ...resume, stage: 'full' })).toMatchObject({ isRefused: true });
    const resumed = after(step.state, resume);
    expect(resumed.state).toMatchObject({ phase: 'running', stage: 1 });
    expect(positionOf(resumed.state).reached).toEqual(reached);
  });

  it('asks where it stood if that is not known, and never begins at the first stage by itself', () => {
    const { state } = declareRollout({ ...declared, reached: [{ stage: 'other', parts: 9 }] }, 0);
    expect(after(state, { kind: 'tick', seen: seenAt(0) }).state).toMatchObject({
      phase: 'paused',
      stage: -1,
    });
    expect(after(state, resume).reason).toContain('Say at which stage it stood');
    expect(kinds(after(state, { ...resume, stage: 'half' }))).toEqual(['record', 'publish', 'notify']);
    expect(kinds(after(state, { kind: 'roll-back', ...by }))).toContain('publish');
  });
});
