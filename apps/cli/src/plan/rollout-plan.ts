import {
  type Guard,
  isStatistical,
  type Plan,
  type Project,
  type RolloutIntent,
  type Stage,
  scheduleOf,
  TOTAL_PARTS,
  watchedOutcomes,
  whyNotSafer,
} from '@guidon/engine/model';
import { people } from './condition-words.js';
import { instant, lasting, listed, percent } from './figures.js';
import type { RolloutPlan, RolloutStage } from './plan-document.js';
import { proofWords } from './proof-words.js';

export interface RolloutSetting {
  readonly environment: string;
  readonly project: Project;
  /** When it is thought to be merged. */
  readonly nowMs: number;
  /** The flag's evaluations in the environment, where a server was asked. */
  readonly perHour?: number;
  /** Outcomes that the server has heard of lately, where it was asked and tells. */
  readonly outcomes?: ReadonlySet<string>;
}

/** The stages of a rollout that comes or changes: whom each takes, when at the earliest, and what it asks for. */
export function rolloutPlan(
  { from, to }: { readonly from: RolloutIntent | undefined; readonly to: RolloutIntent },
  setting: RolloutSetting,
): RolloutPlan {
  const { project, environment, nowMs } = setting;
  const { plan } = to;
  const freezes = project.environments.find(({ id }) => id === environment)?.freeze ?? [];
  const beginMs = Math.max(nowMs, to.startMs ?? nowMs);
  const schedule = scheduleOf(plan, beginMs, { timezone: project.timezone, freezes });
  const stages = plan.stages.map((stage, index): RolloutStage => {
    const enteredMs = schedule.entries[index];
    return {
      stage: stage.id,
      ...(stage.audience === undefined ? {} : { audience: people(stage.audience) }),
      percent: (stage.parts ?? TOTAL_PARTS) / 1000,
      earliest: enteredMs === undefined ? null : new Date(enteredMs).toISOString(),
      hold: lasting(stage.holdMs),
      needs: needsOf(stage),
    };
  });
  return {
    timezone: project.timezone,
    stages,
    done: schedule.doneMs === undefined ? null : new Date(schedule.doneMs).toISOString(),
    guards: plan.guards.map(guardWords),
    notes: [
      ...changeNotes(from, to),
      ...timeNotes(schedule, plan),
      ...proofNotes(plan, setting),
      ...silenceNotes(plan, setting),
    ],
  };
}

function needsOf({ approval, prove }: Stage): string[] {
  return [
    ...(approval === undefined ? [] : [`to enter: ${approval} approves`]),
    ...(prove === undefined
      ? []
      : [
          `to leave: proof by ${prove.guard} that the ratio is below ${prove.ratioBelow}, within ${lasting(prove.withinMs)}`,
        ]),
  ];
}

function guardWords(guard: Guard): string {
  const act = guard.onAlarm === 'rollback' ? 'rolls back' : 'pauses';
  switch (guard.type) {
    case 'ratio':
      return `${guard.id} ${act} when ${guard.outcome} fails more often for those who have it${timesWords(guard.nullRatio)}`;
    case 'latency':
      return `${guard.id} ${act} when ${guard.outcome} is slower for those who have it${timesWords(guard.nullRatio)}`;
    case 'ceiling':
      return `${guard.id} ${act} when more than ${percent(guard.above)} of ${guard.outcome} fail within ${lasting(guard.windowMs)}`;
    case 'prometheus': {
      const bound = guard.above === undefined ? `below ${guard.below}` : `above ${guard.above}`;
      const during = guard.forMs === 0 ? '' : ` for ${lasting(guard.forMs)}`;
      return `${guard.id} ${act} when ${guard.query} is ${bound}${during}`;
    }
  }
}

function timesWords(nullRatio: number): string {
  return nullRatio === 1 ? '' : `, ${nullRatio} times and more`;
}

/** How far a rollout has come is not in the files, so what an edit of its plan means is told for both cases. */
function changeNotes(from: RolloutIntent | undefined, to: RolloutIntent): string[] {
  if (from === undefined) return [];
  if (from.planName !== undefined && from.planName === to.planName)
    return [
      'If it runs already, it keeps the plan that it began with; what changes is for rollouts to come.',
    ];
  const why = whyNotSafer(from.plan, to.plan);
  if (why.length === 0)
    return [
      'If it runs already, it goes on by the new plan, which is nowhere less safe; what was approved for the old one is void.',
    ];
  return [
    `If it runs already, a server refuses this edit, for the plan of a running rollout may only become safer: ${listed(why, 'and')}. Before it has begun it may be changed at will.`,
  ];
}

function timeNotes({ entries, doneMs, deadlineMs }: ReturnType<typeof scheduleOf>, plan: Plan): string[] {
  const shut = plan.stages[entries.indexOf(undefined)];
  if (shut !== undefined)
    return [`Windows and freezes leave no moment at which stage ${shut.id} could be entered.`];
  if (doneMs === undefined || deadlineMs === undefined || doneMs <= deadlineMs) return [];
  return [`It cannot be done before its deadline, ${instant(deadlineMs)}, when it pauses and asks.`];
}

/** Only with figures; a guess without them would be read as one with them (V6). */
function proofNotes(plan: Plan, { perHour }: RolloutSetting): string[] {
  if (perHour === undefined) return [];
  return plan.stages.flatMap((stage) => {
    const guard = plan.guards.find(({ id }) => id === stage.prove?.guard);
    return guard !== undefined && isStatistical(guard) ? proofWords(stage, perHour) : [];
  });
}

/** A guard on what nobody sends is no guard: it would hear nothing, and the rollout would pause (V10). */
function silenceNotes(plan: Plan, { outcomes }: RolloutSetting): string[] {
  if (outcomes === undefined) return [];
  const silent = watchedOutcomes(plan).filter((name) => !outcomes.has(name));
  if (silent.length === 0) return [];
  return [
    `Nobody has reported ${listed(silent, 'or')} here within the last 24 hours, so what watches it would hear nothing.`,
  ];
}
