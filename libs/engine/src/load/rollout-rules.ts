import {
  canonicalJson,
  type Environment,
  type Flag,
  isStatistical,
  type Project,
  type RolloutIntent,
  type Stage,
  scheduleOf,
  TOTAL_PARTS,
} from '../model/index.js';
import type { Path, Problem } from './problem.js';
import { shown } from './problem.js';
import { isNarrow } from './shares.js';
import { spanWords } from './span-words.js';
import { dayOf } from './time-warnings.js';

/** The most that the first stage for everyone may take, and above which something must watch (V3). */
const FEW_PARTS = 5000;
/**
 * The shortest hold of a stage for everyone (V5): ten minutes for failures that come late, ten seconds until counts are
 * sent, and a minute until the last polling instance has the new share.
 */
export const SHORTEST_HOLD_MS = 600_000 + 10_000 + 60_000;

export interface RolloutCheck {
  readonly before: Flag | undefined;
  readonly after: Flag;
  readonly project: Project;
  readonly nowMs: number;
}

/**
 * What is wrong with rollouts that come or change: in protected environments they begin with few, are watched, and wait
 * long enough to see (V3, V5); everywhere windows and freezes leave them time (V7). A rollout to the safe variant
 * hurts nobody by being quick.
 */
export function rolloutProblems(check: RolloutCheck): Problem[] {
  return check.project.environments.flatMap((environment) => {
    const rollout = newRollout(check, environment.id);
    if (rollout === undefined) return [];
    const goesToSafe = 'serve' in rollout.to && rollout.to.serve === check.after.safe;
    const asked = environment.protected && !goesToSafe ? protectionProblems(rollout, environment.id) : [];
    return [...asked, ...timeProblems(check, rollout, environment)];
  });
}

/** One that says what it said before is not judged anew, whatever else of the flag changes. */
function newRollout({ before, after }: RolloutCheck, id: string): RolloutIntent | undefined {
  const rollout = after.environments.get(id)?.rollout;
  const old = before?.environments.get(id)?.rollout;
  if (rollout === undefined || old === undefined) return rollout;
  const said = ({ to, plan, startMs }: RolloutIntent) => canonicalJson({ to, plan, startMs });
  return said(rollout) === said(old) ? undefined : rollout;
}

function protectionProblems(rollout: RolloutIntent, id: string): Problem[] {
  const { plan } = rollout;
  const place = placeIn(rollout, id);
  const forMany = [...plan.stages.entries()].filter(([, stage]) => isForMany(stage));
  const problems: Problem[] = [];
  const [first] = forMany;
  if (first !== undefined && partsOf(first[1]) > FEW_PARTS) {
    const sentence = `Stage ${shown(first[1].id)}${place.of} is the first for everyone and takes ${percentOf(first[1])} at once in the protected environment ${shown(id)}; it may take 5 %.`;
    problems.push({ ...place.at(first[0], 'percent'), code: 'first-stage-large', sentence });
  }
  const unwatched = forMany.find(([, stage]) => partsOf(stage) > FEW_PARTS && stage.approval === undefined);
  if (unwatched !== undefined && !plan.guards.some(isStatistical)) {
    const sentence = `Stage ${shown(unwatched[1].id)}${place.of} takes ${percentOf(unwatched[1])} in the protected environment ${shown(id)}, and neither a guard of type ratio or latency nor a person watches it.`;
    problems.push({ ...place.at(unwatched[0], 'id'), code: 'stage-unguarded', sentence });
  }
  const hasty = forMany.find(([, { holdMs }]) => holdMs < SHORTEST_HOLD_MS);
  if (hasty !== undefined) {
    const sentence = `Stage ${shown(hasty[1].id)}${place.of} is held for ${spanWords(hasty[1].holdMs)} in the protected environment ${shown(id)}; ${spanWords(SHORTEST_HOLD_MS)} is the least: 10m for failures that come late, 10s until they are counted, 1m until every instance has the new share.`;
    problems.push({ ...place.at(hasty[0], 'hold'), code: 'hold-short', sentence });
  }
  return problems;
}

/** Not only those whom a segment, a list or a piece of text names. */
function isForMany({ audience }: Stage): boolean {
  return audience === undefined || !isNarrow(audience);
}

function partsOf({ parts }: Stage): number {
  return parts ?? TOTAL_PARTS;
}

function percentOf(stage: Stage): string {
  return `${partsOf(stage) / 1000} %`;
}

/** A plan with a name stands in another file, so the flag is told where it names it. */
function placeIn({ planName }: RolloutIntent, id: string) {
  const base: Path = ['environments', id, 'rollout', 'plan'];
  if (planName !== undefined) {
    const at = (): Pick<Problem, 'at' | 'needs'> => ({ at: base, needs: ['project'] });
    return { of: ` of the plan ${shown(planName)}`, at };
  }
  const at = (index: number, field: string): Pick<Problem, 'at' | 'needs'> => ({
    at: [...base, 'stages', index, field],
  });
  return { of: '', at };
}

function timeProblems(
  { project, nowMs }: RolloutCheck,
  rollout: RolloutIntent,
  environment: Environment,
): Problem[] {
  const { plan, startMs = 0 } = rollout;
  // From the beginning of the day, so that within one day no warning comes or goes.
  const fromMs = Math.max(startMs, dayOf(nowMs) * 86_400_000);
  const admission = { timezone: project.timezone, freezes: environment.freeze };
  const { entries, doneMs, deadlineMs } = scheduleOf(plan, fromMs, admission);
  const told = (sentence: string): Problem[] => [
    {
      at: ['environments', environment.id, 'rollout', 'plan'],
      code: 'no-time-to-grow',
      sentence,
    },
  ];
  const shut = plan.stages[entries.indexOf(undefined)];
  if (shut !== undefined)
    return told(
      `Windows and freezes of ${shown(environment.id)} leave no moment at which stage ${shown(shut.id)} could be entered.`,
    );
  if (doneMs === undefined || deadlineMs === undefined || doneMs <= deadlineMs) return [];
  return told(
    `With the windows and freezes of ${shown(environment.id)} it would be done on ${dayText(doneMs)} at the earliest, after its deadline on ${dayText(deadlineMs)}.`,
  );
}

function dayText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
