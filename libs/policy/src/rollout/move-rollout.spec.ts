import { describe, expect, it } from '@jest/globals';
import { createApproval, createRollout, FILE, MINUTE_MS, reading, seenAt } from './model/create-rollout.js';
import { moveRollout } from './move-rollout.js';
import { positionOf } from './position-of.js';
import { replayRollout } from './replay.js';
import type { Observation, RolloutEvent } from './rollout-event.js';
import type { RolloutState } from './rollout-state.js';
import type { RolloutRecord, RolloutStep } from './rollout-step.js';

const TICK_MS = 10_000;

/** Drives one rollout by a clock of its own and keeps its log. */
class Driver {
  nowMs = 0;
  records: RolloutRecord[] = [];
  effects: string[] = [];
  last: RolloutStep | undefined;
  seen: Partial<Observation> = {};
  constructor(public state: RolloutState) {}

  send(event: RolloutEvent): RolloutStep {
    const step = moveRollout(this.state, event, this.nowMs);
    this.state = step.state;
    this.last = step;
    for (const effect of step.effects) {
      if (effect.kind === 'record') this.records.push(effect.record);
      this.effects.push(effect.kind === 'propose' ? `propose ${effect.what}` : effect.kind);
    }
    return step;
  }

  tick(): RolloutStep {
    return this.send({ kind: 'tick', seen: seenAt(this.nowMs, this.seen) });
  }

  /** Ticks until so much time is over. */
  pass(ms: number): RolloutStep {
    const endMs = this.nowMs + ms;
    while (this.nowMs < endMs) {
      this.nowMs += TICK_MS;
      this.tick();
    }
    return this.last as RolloutStep;
  }

  get stand(): string {
    return `${this.state.phase} ${this.state.stage}`;
  }
}

const by = { by: 'gus@acme.example', reason: 'Because.' };

function started(plan = {}): Driver {
  const driver = new Driver(createRollout(plan));
  driver.tick();
  return driver;
}

describe('a healthy rollout', () => {
  it('holds each stage, waits for its approval, and completes', () => {
    const driver = started();
    expect(driver.stand).toBe('running 0');
    driver.pass(12 * MINUTE_MS + TICK_MS);
    expect(driver.last?.reason).toBe("Holds 'canary' until 01:30: 12 of 30 minutes done.");
    expect(driver.state.progress.waitingFor).toMatchObject({ kind: 'hold', doneMs: 12 * MINUTE_MS });
    driver.pass(18 * MINUTE_MS);
    expect(driver.stand).toBe('awaiting-approval 0');
    expect(driver.state.progress.waitingFor).toEqual({ kind: 'approval', team: 'releases', stage: 'half' });
    const approval = createApproval();
    expect(driver.send({ kind: 'approve', approval, ...by }).effects).toContainEqual({
      kind: 'keep-approval',
      approval,
    });
    driver.seen = { approvals: [approval] };
    driver.pass(TICK_MS);
    expect(driver.stand).toBe('running 1');
    expect(driver.state.consumed).toEqual(['approval-1']);
    driver.pass(60 * MINUTE_MS + TICK_MS);
    expect(driver.stand).toBe('running 2');
    expect(positionOf(driver.state)).toMatchObject({ holdoutParts: 1000 });
    driver.effects = [];
    driver.pass(60 * MINUTE_MS + TICK_MS);
    expect(driver.stand).toBe('completed 2');
    expect(driver.effects).toEqual(['record', 'publish', 'propose completion', 'notify']);
    expect(positionOf(driver.state)).toMatchObject({ holdoutParts: 0 });
    expect(driver.state.lastGood).toBe('to');
    const merged = driver.send({ kind: 'removed', servesTo: true, commit: 'c9' });
    expect(merged.effects.map(({ kind }) => kind)).toEqual(['record', 'withdraw']);
  });

  it('adds up its audiences', () => {
    const driver = started();
    const reached = (stage: number) =>
      positionOf({ ...driver.state, stage }).reached.map(({ stage }) => stage);
    expect(reached(-1)).toEqual([]);
    expect(reached(1)).toEqual(['canary', 'half']);
  });
});

describe('an alarm', () => {
  it('takes the rollout back in the tick that sees it, also while it is paused and in a freeze', () => {
    for (const isPaused of [false, true]) {
      const driver = started();
      if (isPaused) driver.send({ kind: 'pause', ...by });
      driver.seen = {
        guards: [reading({ verdict: 'fail', reason: '30 of 200 calls failed.' })],
        freeze: { untilMs: 1e9, reason: 'Black Friday' },
      };
      const step = driver.tick();
      expect(step.reason).toBe("Rolled back by guard 'errors': 30 of 200 calls failed.");
      expect(step.effects[1]).toMatchObject({ kind: 'publish', isUrgent: true, position: { reached: [] } });
      driver.seen = {};
      driver.tick();
      expect(driver.stand).toBe('rolled-back -1');
      expect(driver.state.alarm).toMatchObject({ guard: 'errors' });
    }
  });

  it('stays when the guard finds all well again, until a person acknowledges it', () => {
    const driver = started();
    driver.seen = { guards: [reading({ verdict: 'fail', onAlarm: 'pause' })] };
    driver.tick();
    driver.seen = {};
    driver.pass(MINUTE_MS);
    expect(driver.state).toMatchObject({ phase: 'paused', pause: { reason: 'guard' } });
    const resume = { kind: 'resume', seen: seenAt(0), ...by } as const;
    expect(driver.send(resume)).toMatchObject({ isRefused: true });
    driver.send({ kind: 'acknowledge', ...by });
    expect(driver.state.epochMs).toBe(driver.nowMs);
    driver.send(resume);
    expect(driver.stand).toBe('running 0');
  });
});

it('replays its log to the state that it has', () => {
  const driver = new Driver(createRollout());
  const event = {
    kind: 'declared',
    terms: driver.state.terms,
    file: FILE,
    hasServedTo: false,
    commit: 'c0',
  } as const;
  driver.tick();
  driver.pass(31 * MINUTE_MS);
  driver.send({ kind: 'killed', ...by });
  driver.send({ kind: 'revived', ...by });
  driver.send({ kind: 'resume', seen: seenAt(0), ...by });
  const { after } = driver.records[0] as RolloutRecord;
  const declared: RolloutRecord = {
    transition: 'declared',
    actor: { kind: 'commit', id: 'c0' },
    cause: '',
    atMs: 0,
    event,
    after,
  };
  expect(replayRollout([declared, ...driver.records])).toEqual(driver.state);
});
