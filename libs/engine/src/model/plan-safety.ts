import { canonicalJson } from './canonical-json.js';
import { TOTAL_PARTS } from './limits.js';
import type { Guard, Plan, Stage } from './plan.js';
import { parseWindow } from './time-windows.js';

/**
 * Why an edit of a running plan does not go only toward safety; empty: it does. Safer is: a lower percent, a longer hold,
 * one more guard, approval or proof, and whatever makes an alarm, a pause or the deadline come earlier. Stages stay the
 * same in the same order, so that a rollout which is in one of them stays in it.
 */
export function whyNotSafer(before: Plan, after: Plan): string[] {
  const ids = (plan: Plan) => canonicalJson(plan.stages.map(({ id }) => id));
  if (ids(before) !== ids(after)) return ['stages come, go or change places'];
  return [
    ...before.stages.flatMap((stage, index) => whyStageNotSafer(stage, after.stages[index] as Stage)),
    ...before.guards.flatMap((guard) => whyGuardNotSafer(guard, after.guards)),
    ...whyFrameNotSafer(before, after),
  ];
}

function whyStageNotSafer(before: Stage, after: Stage): string[] {
  const told = (why: string) => `stage ${before.id} ${why}`;
  const parts = ({ parts = TOTAL_PARTS }: Stage) => parts;
  const why: string[] = [];
  if (canonicalJson(before.audience ?? null) !== canonicalJson(after.audience ?? null))
    why.push(told('has another audience'));
  if (parts(after) > parts(before)) why.push(told('takes more percent'));
  if (after.holdMs < before.holdMs) why.push(told('has a shorter hold'));
  if (before.approval !== undefined && after.approval !== before.approval)
    why.push(told(`no longer needs the approval of ${before.approval}`));
  const [old, now] = [before.prove, after.prove];
  if (old === undefined) return why;
  if (now === undefined || now.guard !== old.guard) why.push(told('no longer needs its proof'));
  else {
    if (now.ratioBelow > old.ratioBelow) why.push(told('needs a weaker proof'));
    if (now.withinMs > old.withinMs) why.push(told('waits longer for its proof'));
  }
  return why;
}

/** Numbers of which less is safer, by name, and what else a guard says; the latter must stay. */
const LESS_IS_SAFER = ['nullRatio', 'minErrors', 'minCalls', 'forMs'] as const;

function whyGuardNotSafer(before: Guard, guards: readonly Guard[]): string[] {
  const told = (why: string) => `guard ${before.id} ${why}`;
  const after = guards.find(({ id }) => id === before.id);
  if (after === undefined) return [told('goes')];
  if (JSON.stringify(coreOf(before)) !== JSON.stringify(coreOf(after)))
    return [told('watches something else')];
  const [old, now] = [before, after].map((one) => one as unknown as Record<string, number | undefined>) as [
    Record<string, number | undefined>,
    Record<string, number | undefined>,
  ];
  const isLater =
    LESS_IS_SAFER.some((name) => (now[name] ?? 0) > (old[name] ?? 0)) ||
    (old.above !== undefined && (now.above ?? Number.POSITIVE_INFINITY) > old.above) ||
    (old.below !== undefined && (now.below ?? Number.NEGATIVE_INFINITY) < old.below);
  const acts = (['onAlarm', 'onError'] as const).filter((name) => {
    const [was, is] = [before, after].map((one) => (one as unknown as { [act: string]: unknown })[name]);
    return was === 'rollback' && is !== 'rollback';
  });
  return [
    ...(isLater ? [told('gives its alarm later')] : []),
    ...(acts.length === 0 ? [] : [told('pauses where it rolled back')]),
  ];
}

/** What may not change at all. */
function coreOf(guard: Guard): unknown {
  switch (guard.type) {
    case 'ratio':
    case 'latency':
      return [guard.type, guard.outcome];
    case 'ceiling':
      return [guard.type, guard.outcome, guard.windowMs];
    case 'prometheus':
      return [guard.type, guard.query, guard.above === undefined];
  }
}

function whyFrameNotSafer(before: Plan, after: Plan): string[] {
  const why: string[] = [];
  if (after.alpha < before.alpha) why.push('alpha is smaller, so alarms come later');
  if (after.holdoutParts < before.holdoutParts) why.push('fewer are held out');
  if (before.noData !== undefined) {
    const { noData } = after;
    if (noData === undefined || noData.afterMs > before.noData.afterMs)
      why.push('silence is tolerated longer');
    else if (before.noData.action === 'rollback' && noData.action !== 'rollback')
      why.push('silence pauses where it rolled back');
  }
  if (!isWithinWindows(after.windows, before.windows)) why.push('it may grow at more times');
  if (before.deadlineMs !== undefined && (after.deadlineMs ?? Number.POSITIVE_INFINITY) > before.deadlineMs)
    why.push('the deadline is later');
  return why;
}

function isWithinWindows(inner: readonly string[], outer: readonly string[]): boolean {
  if (outer.length === 0) return true;
  const [within, allowed] = [inner, outer].map(minutesOf) as [ReadonlySet<number>, ReadonlySet<number>];
  return inner.length > 0 && [...within].every((minute) => allowed.has(minute));
}

/** Of the week. */
function minutesOf(windows: readonly string[]): ReadonlySet<number> {
  const minutes = new Set<number>();
  for (const { days, fromMinute, toMinute } of windows.flatMap((text) => parseWindow(text) ?? []))
    for (const day of days)
      for (let minute = fromMinute; minute < toMinute; minute++) minutes.add(day * 1440 + minute);
  return minutes;
}
