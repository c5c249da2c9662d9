import { describe, expect, it } from '@jest/globals';
import {
  at,
  ENTERED,
  ERRORS_GUARD,
  NOON_MS,
  rolloutDocument,
  SLOW_GUARD,
  stagesAt,
} from '../../../test/rollout-documents.js';
import { widthOf } from '../fit-lines.js';
import { paintFor } from '../paint.js';
import { drawList } from './draw-list.js';
import { drawRollout } from './draw-rollout.js';
import { drawWatch } from './draw-watch.js';
import { nextStep } from './next-step.js';
import { progressBar } from './progress-bar.js';
import { stageBar } from './stage-bar.js';

const OPTIONS = { nowMs: NOON_MS, paint: paintFor(false), command: 'guidon', columns: 100 };
const ROLLED_BACK = rolloutDocument({
  plan: { ...rolloutDocument().plan, stages: stagesAt(-1) },
  ...{
    phase: 'rolled-back',
    stage: -1,
    percent: 0,
    since: at(-10),
    waitingFor: { kind: 'person', act: 'acknowledge' },
  },
  ...{ reason: 'Rolled back by the guard errors.', guards: [], timeline: [] },
  alarm: {
    ...{ guard: 'errors', since: at(-70) },
    sentence: 'Treatment fails 5.2 % (26 of 500), control 1.1 % (105 of 9,500): at least 2.3 times as many.',
  },
});

describe('the picture of a rollout', () => {
  it('tells stages, guards with what is needed, what happened and what to do', () => {
    expect(`\n${drawRollout(rolloutDocument(), OPTIONS).join('\n')}\n`).toBe(`
new-checkout in production to on: running for 18 min
  staff ✔ 1 % ▶ 5 % · 25 % · 100 %
  Holds 'canary' until 13:12: 18 of 30 minutes done.
  ████████████░░░░░░░░  60 %  the hold, 18 min of 30 min
  plan careful (a1b2c3d4a1b2), hold-out 1 %, grows Mon-Thu 09:00-16:00, deadline 21 days
  owner payments, run 1, written by ada@acme.example
  payments/new-checkout.yaml at 555555555555

Stages
  ✔ staff    email ends with "@acme.example"  held 15 min
  ▶ canary   1 %                              held 30 min, left when errors proves a ratio below 3 within 24 h
  · early    5 %                              held 60 min
  · quarter  25 %                             held 4 h, entered when releases approves
  · full     100 %                            held 24 h

Guards (evidence since 11:26:40Z, newest data 4 s old)
  errors      inconclusive  ████░░░░░░  40 % of the proof, ~1,200 calls to go
    Treatment fails 1.0 % (2 of 200), control 1.1 % (209 of 19,000): it is not proved yet that it
    fails less than 3 times as often.
  slow        pass          ██░░░░░░░░  20 % of an alarm, which pauses
    Treatment has 1.0 % slow calls, control 1.0 %: no sign of harm.
  sdk-health  pass          an alarm rolls back
    No SDK instance is known.

What happened, newest first
  11:42:00Z  staff → canary, by guidon: Held 'staff' for 15 minutes.
  11:26:40Z  scheduled → running at staff, by commit fc1fc329d9: It is live.

What to do
It goes on by itself. To stop it, or to go back at once:
  guidon rollouts pause new-checkout --env production --reason "…"
  guidon rollouts rollback new-checkout --env production --reason "…"
To cut the wait short by one stage:
  guidon rollouts advance new-checkout --env production --reason "…"
`);
  });

  it('says of one that went back where that was, which guard did it, and what it had seen', () => {
    const wentBack = {
      ...{ sequence: 51, at: at(-70), transition: 'rolled-back', actor: 'guidon' },
      cause: "Guard 'errors' raised an alarm.",
      from: { phase: 'running', stageId: 'canary' },
      to: { phase: 'rolling-back' },
      evidence: {
        errors: { verdict: 'fail', reason: ROLLED_BACK.alarm?.sentence },
        slow: { verdict: 'pass', reason: 'No sign of harm.' },
        again: { verdict: 'fail', reason: "Guard 'errors' raised an alarm." },
        odd: 7,
      },
    } as const;
    const lines = drawRollout({ ...ROLLED_BACK, timeline: [wentBack] }, { ...OPTIONS, columns: 90 });
    expect(`\n${lines.join('\n')}\n`).toBe(`
new-checkout in production to on: rolled back 10 s ago
  staff ✔ 1 % ✘ 5 % · 25 % · 100 %
  Rolled back by the guard errors.
  Alarm of errors, 11:58:50Z: Treatment fails 5.2 % (26 of 500), control 1.1 % (105 of
  9,500): at least 2.3 times as many.
  plan careful (a1b2c3d4a1b2), hold-out 1 %, grows Mon-Thu 09:00-16:00, deadline 21 days
  owner payments, run 1, written by ada@acme.example
  payments/new-checkout.yaml at 555555555555

Stages
  ✔ staff    email ends with "@acme.example"  held 15 min
  ✘ canary   1 %                              held 30 min, left when errors proves a ratio below 3 within 24 h
  · early    5 %                              held 60 min
  · quarter  25 %                             held 4 h, entered when releases approves
  · full     100 %                            held 24 h

What happened, newest first
  11:58:50Z  running → rolling-back, by guidon: Guard 'errors' raised an alarm.
      errors fail: Treatment fails 5.2 % (26 of 500), control 1.1 % (105 of 9,500): at
      least 2.3 times as many.

What to do
Everybody has what they had before. Once the cause is mended, begin anew:
  guidon rollouts acknowledge new-checkout --env production --reason "…"
  guidon rollouts restart new-checkout --env production --reason "…"
`);
  });
});

describe('the picture that watch draws', () => {
  it('has bars for the hold, the proof and the distance to an alarm', () => {
    const frame = { rollout: rolloutDocument(), events: [ENTERED] };
    expect(`\n${drawWatch(frame, { ...OPTIONS, columns: 80, rows: 30 }).join('\n')}\n`).toBe(`
new-checkout in production to on: running for 18 min
  staff ✔ 1 % ▶ 5 % · 25 % · 100 %
  Holds 'canary' until 13:12: 18 of 30 minutes done.
  ████████████░░░░░░░░  60 %  the hold, 18 min of 30 min

  errors      inconclusive  ████░░░░░░  40 % of the proof, ~1,200 calls to go
    Treatment fails 1.0 % (2 of 200), control 1.1 % (209 of 19,000): it is not
    proved yet that it fails less than 3 times as often.
  slow        pass          ██░░░░░░░░  20 % of an alarm, which pauses
    Treatment has 1.0 % slow calls, control 1.0 %: no sign of harm.
  sdk-health  pass          an alarm rolls back
    No SDK instance is known.

  11:42:00Z  staff → canary, by guidon: Held 'staff' for 15 minutes.
`);
  });

  it('is never wider nor higher than the terminal, with colours too', () => {
    const wide = '日本語'.repeat(30);
    const rollout = rolloutDocument({
      reason: wide,
      guards: [{ ...ERRORS_GUARD, reason: wide }, SLOW_GUARD],
    });
    for (const [columns, rows] of [
      [20, 5],
      [41, 9],
      [200, 12],
    ] as const)
      for (const paint of [paintFor(false), paintFor(true)]) {
        const frame = { rollout, events: [ENTERED, ENTERED], trouble: 'The server is away.' };
        const lines = drawWatch(frame, { ...OPTIONS, paint, columns, rows });
        expect(lines.length).toBeLessThan(rows);
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      }
  });

  it('keeps the trouble in sight, above everything that may be cut', () => {
    const frame = { rollout: rolloutDocument(), events: [], trouble: 'The server is away.' };
    expect(drawWatch(frame, { ...OPTIONS, rows: 8 }).join('\n')).toContain('  The server is away.');
  });
});

describe('the bar of stages', () => {
  it.each([
    ['running', 1, 'staff ✔ 1 % ▶ 5 % · 25 % · 100 %'],
    ['paused', 2, 'staff ✔ 1 % ✔ 5 % ‖ 25 % · 100 %'],
    ['awaiting-approval', 2, 'staff ✔ 1 % ✔ 5 % ? 25 % · 100 %'],
    ['rolled-back', 3, 'staff ✔ 1 % ✔ 5 % ✔ 25 % ✘ 100 %'],
    ['completed', 4, 'staff ✔ 1 % ✔ 5 % ✔ 25 % ✔ 100 % ✔'],
    ['scheduled', -1, 'staff · 1 % · 5 % · 25 % · 100 %'],
  ] as const)('marks where one that is %s stands', (phase, stage, bar) => {
    expect(stageBar(stagesAt(stage), phase, OPTIONS.paint)).toBe(bar);
  });

  it('names an audience by its stage, with the share that is taken of it', () => {
    const stages = [{ id: 'pros', audience: 'plan is pro', percent: 12.5, state: 'current' as const }];
    expect(stageBar(stages, 'running', OPTIONS.paint)).toBe('pros 12.5 % ▶');
  });
});

describe('a progress bar', () => {
  it('is full only when all is done, and survives numbers that make no sense', () => {
    expect(progressBar(0.999, 10)).toBe('█████████░  99 %');
    expect(progressBar(1, 10)).toBe('██████████ 100 %');
    expect(progressBar(Number.NaN, 4)).toBe('░░░░   0 %');
    expect(progressBar(-3, 4)).toBe('░░░░   0 %');
  });
});

describe('the list of rollouts', () => {
  it('begins with those that wait for a person, and draws marks alone where stages have no names', () => {
    const { plan: _, ...running } = rolloutDocument();
    const paused = {
      ...({ ...running, flag: 'search', phase: 'paused', stages: undefined, since: at(-300) } as const),
      waitingFor: { kind: 'person', act: 'resume' },
    } as const;
    const stages = stagesAt(1);
    expect(`\n${drawList([{ ...running, stages }, paused], OPTIONS)}`).toBe(`
  flag          environment  phase    stages                            percent  waits for                   since
  search        production   paused   ✔‖··· canary                      1 %      a person to resume it       5 min ago
  new-checkout  production   running  staff ✔ 1 % ▶ 5 % · 25 % · 100 %  1 %      the hold, 18 min of 30 min  18 min ago

2 rollouts. More of one: guidon rollouts show <flag> --env <environment>
`);
    expect(drawList([], OPTIONS)).toBe('No flag has a rollout there.\n');
  });
});

describe('what a person may do', () => {
  const lines = (changes: Parameters<typeof rolloutDocument>[0]) =>
    nextStep(rolloutDocument(changes), 'npx guidon').join('\n');

  it('is to approve, for somebody else than the authors', () => {
    const said = lines({
      ...{ phase: 'awaiting-approval', waitingFor: { kind: 'approval', team: 'releases', stage: 'quarter' } },
    });
    expect(said).toContain('Somebody of releases who did not write the change (not ada@acme.example)');
    expect(said).toContain(
      '\n  npx guidon rollouts approve new-checkout --env production --stage quarter --reason "…"',
    );
  });

  it('is to look at an alarm before it goes on', () => {
    const said = lines({ phase: 'paused', alarm: ROLLED_BACK.alarm });
    expect(said).toMatch(/rollouts rollback .*\n.*rollouts acknowledge .*\n.*rollouts resume /);
  });

  it('is to take up the plan that the file offers, by its hash', () => {
    const said = lines({
      phase: 'paused',
      offered: { hash: 'beef'.repeat(16), reasons: ['A hold is shorter.'] },
    });
    expect(said).toContain('  - A hold is shorter.\n');
    expect(said).toContain(' --plan beefbeefbeef --reason');
  });

  it.each([
    [{ killed: true }, 'revive <id>'],
    [{ phase: 'completed' }, 'Merge the proposal'],
    [{ phase: 'rolled-back' }, 'rollouts restart new-checkout'],
    [{ phase: 'cancelled' }, 'rollouts restart new-checkout'],
    [{ phase: 'scheduled' }, 'rollouts cancel new-checkout'],
    [{ phase: 'rolling-back' }, 'Nothing to do'],
  ] as const)('of %j is told', (changes, words) => {
    expect(lines(changes)).toContain(words);
  });
});
