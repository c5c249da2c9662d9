import { load } from '@guidon/engine/load';
import type { Project, RolloutIntent } from '@guidon/engine/model';
import { describe, expect, it } from '@jest/globals';
import { paintFor } from '../output/paint.js';
import { escaped } from './markdown-plan.js';
import { rolloutTable } from './markdown-rollout.js';
import { rolloutLines } from './print-rollout.js';
import { type RolloutSetting, rolloutPlan } from './rollout-plan.js';

// A Monday noon in Oslo.
const NOW_MS = Date.parse('2026-11-23T12:00:00+01:00');
const FREEZE =
  'freeze: [{ from: 2026-11-24T00:00:00+01:00, to: 2026-11-26T00:00:00+01:00, reason: Black Friday }]';

const PROJECT = `project: shop
timezone: Europe/Oslo
environments: [{ id: production, protected: true, ${FREEZE} }]
attributes: { email: string }
teams: { shop: { members: [ada@acme.example] }, releases: { members: [gus@acme.example] } }
plans:
  careful:
    stages:
      - { id: staff, audience: { email: { endsWith: "@acme.example" } }, hold: 15m }
      - { id: canary, percent: 1, hold: 6h, prove: { guard: errors, ratioBelow: 3, within: 24h } }
      - { id: early, percent: 5, hold: 1h }
      - { id: half, percent: 50, hold: 4h, approval: releases }
      - { id: full, percent: 100, hold: 24h }
    guards:
      - { id: errors, type: ratio, outcome: http.error, onAlarm: rollback }
      - { id: outage, type: ceiling, outcome: http.error, above: 20, onAlarm: pause }
    holdout: 1
    windows: ["Mon-Thu 09:00-16:00"]
    deadline: 9d
`;

const OWN = (edit: (plan: string) => string) =>
  `{ to: on, plan: ${edit('{ stages: [{ id: few, percent: 5, hold: 1h }, { id: full, percent: 100, hold: 1h }], guards: [{ id: errors, type: ratio, outcome: http.error, onAlarm: rollback }], holdout: 1 }')} }`;

function read(rollout: string, project = PROJECT): { rollout: RolloutIntent; project: Project } {
  const flag = `type: release\nowner: shop\ndescription: A flag\nexpires: 2027-02-01\nsafe: off\nenvironments: { production: { rollout: ${rollout}, serve: off } }\n`;
  const texts = { 'guidon.yaml': project, 'a.yaml': flag };
  const files = Object.entries(texts).map(([path, text]) => ({ path, blob: text, bytes: Buffer.from(text) }));
  const { snapshot } = load({ files, nowMs: NOW_MS });
  return {
    rollout: snapshot!.flags.get('a')!.environments.get('production')!.rollout!,
    project: snapshot!.project,
  };
}

function planOf(
  to: string,
  more: { from?: string; perHour?: number; project?: string; outcomes?: string[] } = {},
) {
  const now = read(to, more.project);
  const setting: RolloutSetting = { environment: 'production', project: now.project, nowMs: NOW_MS };
  const { perHour, outcomes } = more;
  const from = more.from === undefined ? undefined : read(more.from).rollout;
  return rolloutPlan(
    { from, to: now.rollout },
    {
      ...setting,
      ...(perHour === undefined ? {} : { perHour }),
      ...(outcomes === undefined ? {} : { outcomes: new Set(outcomes) }),
    },
  );
}

const NAMED = '{ to: on, plan: careful }';

describe('rolloutPlan', () => {
  it('gives the earliest instant of every stage, by holds, windows and freezes', () => {
    const { stages, done, notes } = planOf(NAMED);
    expect(stages.map(({ stage, earliest }) => [stage, earliest])).toEqual([
      ['staff', '2026-11-23T11:00:00.000Z'],
      ['canary', '2026-11-23T11:15:00.000Z'],
      // The hold is over in the evening; then comes the freeze, whose end lies in the night before a Thursday.
      ['early', '2026-11-26T08:00:00.000Z'],
      ['half', '2026-11-26T09:00:00.000Z'],
      ['full', '2026-11-26T13:00:00.000Z'],
    ]);
    expect([done, notes]).toEqual(['2026-11-27T13:00:00.000Z', []]);
  });

  it('counts from the start of the rollout where that lies ahead', () => {
    const { stages } = planOf('{ to: on, plan: careful, start: 2026-11-27T09:00:00+01:00 }');
    expect(stages[0]?.earliest).toBe('2026-11-30T08:00:00.000Z');
  });

  it('says what each stage asks for and what watches it', () => {
    const { stages, guards } = planOf(NAMED);
    expect(stages.map(({ needs }) => needs)).toEqual([
      [],
      ['to leave: proof by errors that the ratio is below 3, within 24 hours'],
      [],
      ['to enter: releases approves'],
      [],
    ]);
    expect(guards).toEqual([
      'errors rolls back when http.error fails more often for those who have it',
      'outage pauses when more than 20 % of http.error fail within 2 minutes',
    ]);
  });

  it('tells when there is no time for it', () => {
    const late = PROJECT.replace('deadline: 9d', 'deadline: 3d');
    expect(planOf(NAMED, { project: late }).notes).toEqual([
      'It cannot be done before its deadline, 2026-11-26 11:00 UTC, when it pauses and asks.',
    ]);
    const sold = PROJECT.replace('to: 2026-11-26', 'to: 2029-11-26');
    const never = planOf(NAMED, { project: sold });
    expect([never.stages[2]?.earliest, never.done, never.notes]).toEqual([
      null,
      null,
      ['Windows and freezes leave no moment at which stage early could be entered.'],
    ]);
  });

  it('says what an edit means for a rollout that runs already', () => {
    const own = OWN((plan) => plan);
    expect(
      planOf(
        OWN((plan) => plan.replace('percent: 5', 'percent: 2')),
        { from: own },
      ).notes,
    ).toEqual([
      'If it runs already, it goes on by the new plan, which is nowhere less safe; what was approved for the old one is void.',
    ]);
    expect(
      planOf(
        OWN((plan) => plan.replace('hold: 1h', 'hold: 30m')),
        { from: own },
      ).notes,
    ).toEqual([
      'If it runs already, a server refuses this edit, for the plan of a running rollout may only become safer: stage few has a shorter hold. Before it has begun it may be changed at will.',
    ]);
    expect(
      planOf('{ to: on, plan: careful, start: 2026-11-30T09:00:00+01:00 }', { from: NAMED }).notes,
    ).toEqual([
      'If it runs already, it keeps the plan that it began with; what changes is for rollouts to come.',
    ]);
  });

  it('warns of a proof that the traffic hardly gives in time, and is silent without figures', () => {
    expect(planOf(NAMED, { perHour: 100_000 }).notes).toEqual([]);
    const [note, ...more] = planOf(NAMED, { perHour: 100 }).notes;
    expect(more).toEqual([]);
    expect(note).toBe(
      'Stage canary takes about 14 days to prove a ratio below 3, and has 24 hours: that takes some 330 calls with the new variant, and 100 evaluations an hour are counted (assuming a call for each, 1 % of which fail).',
    );
  });
});

it('warns of a guard on an outcome that nobody reports, where a server says what it hears', () => {
  expect(planOf(NAMED, { outcomes: ['http.error', 'other'] }).notes).toEqual([]);
  expect(planOf(NAMED, { outcomes: ['other'] }).notes).toEqual([
    'Nobody has reported http.error here within the last 24 hours, so what watches it would hear nothing.',
  ]);
});

it('is printed as one line a stage, with a bar for whom it takes', () => {
  expect(rolloutLines(planOf(NAMED), paintFor(false))).toEqual([
    '      staff   ▒▒▒▒▒▒▒▒▒▒ 100 %  Mon 2026-11-23 12:00  hold 15 minutes  of people whose email ends with "@acme.example"',
    '      canary  █░░░░░░░░░   1 %  Mon 2026-11-23 12:15  hold 6 hours     to leave: proof by errors that the ratio is below 3, within 24 hours',
    '      early   █░░░░░░░░░   5 %  Thu 2026-11-26 09:00  hold 1 hour',
    '      half    █████░░░░░  50 %  Thu 2026-11-26 10:00  hold 4 hours     to enter: releases approves',
    '      full    ██████████ 100 %  Thu 2026-11-26 14:00  hold 24 hours',
    '      done Fri 2026-11-27 14:00 at the earliest; times of Europe/Oslo, if merged now and every approval is there in time',
    '      guard errors rolls back when http.error fails more often for those who have it',
    '      guard outage pauses when more than 20 % of http.error fail within 2 minutes',
  ]);
});

it('is a table in a pull request, in which text of files can do nothing', () => {
  const table = rolloutTable(planOf(NAMED), escaped);
  expect(table.slice(1, 4)).toEqual([
    '| stage | | of | whom | earliest | hold | needs |',
    '|---|---|--:|---|---|---|---|',
    expect.stringMatching(/^\| staff \| ▒{10} \| 100 % \| people whose email ends with &#34;&#64;/),
  ]);
  expect(table.join('\n')).not.toContain('"@acme');
  expect(new Set(table.slice(1, 8).map((row) => row.split('|').length))).toEqual(new Set([9]));
});
