import { canonicalJson, type Guard, type Plan, type Stage, TOTAL_PARTS } from '@guidon/engine/model';

/** Why a plan is not certainly safer than the one before, in every respect (V9). Empty: it is. */
export function whyNotSafer(before: Plan, after: Plan): readonly string[] {
  const reasons = [
    ...stageReasons(before.stages, after.stages),
    ...guardReasons(before.guards, after.guards),
  ];
  const { stages: _s, guards: _g, noData, deadlineMs, windows, ...rest } = before;
  const {
    stages: _t,
    guards: _h,
    noData: noDataNow,
    deadlineMs: deadlineNow,
    windows: now,
    ...restNow
  } = after;
  if (canonicalJson(rest) !== canonicalJson(restNow)) reasons.push('The hold-out or alpha has changed.');
  if (windows.length > 0 && (now.length === 0 || now.some((one) => !windows.includes(one))))
    reasons.push('It may grow at times that were closed.');
  if (deadlineMs !== undefined && (deadlineNow === undefined || deadlineNow > deadlineMs))
    reasons.push('The deadline is later.');
  if (noData !== undefined && !isStricter(noData, noDataNow)) reasons.push('Missing data may last longer.');
  return reasons;
}

type NoData = NonNullable<Plan['noData']>;

function isStricter(before: NoData, after: NoData | undefined): boolean {
  if (after === undefined || after.afterMs > before.afterMs) return false;
  return after.action === before.action || after.action === 'rollback';
}

function stageReasons(before: readonly Stage[], after: readonly Stage[]): string[] {
  const ids = (stages: readonly Stage[]) => canonicalJson(stages.map(({ id }) => id));
  if (ids(before) !== ids(after)) return ['Stages have come, gone or moved.'];
  return before.flatMap((stage, index) => stageReason(stage, after[index] as Stage));
}

function stageReason(before: Stage, after: Stage): string[] {
  const at = `Stage '${before.id}'`;
  const reasons: string[] = [];
  if (canonicalJson(before.audience ?? null) !== canonicalJson(after.audience ?? null))
    reasons.push(`${at} has another audience.`);
  if ((after.parts ?? TOTAL_PARTS) > (before.parts ?? TOTAL_PARTS)) reasons.push(`${at} takes more.`);
  if (after.holdMs < before.holdMs) reasons.push(`${at} holds for less time.`);
  if (before.approval !== undefined && before.approval !== after.approval)
    reasons.push(`${at} no longer needs the approval of ${before.approval}.`);
  const { prove } = before;
  if (prove === undefined) return reasons;
  const now = after.prove;
  if (now?.guard !== prove.guard || now.ratioBelow > prove.ratioBelow || now.withinMs > prove.withinMs)
    reasons.push(`${at} asks for less proof.`);
  return reasons;
}

function guardReasons(before: readonly Guard[], after: readonly Guard[]): string[] {
  const now = new Map(after.map((guard) => [guard.id, guard]));
  return before.flatMap((guard) => {
    const kept = now.get(guard.id);
    if (kept === undefined) return [`Guard '${guard.id}' is gone.`];
    const { onAlarm, ...rest } = guard;
    const { onAlarm: onAlarmNow, ...restNow } = kept;
    if (canonicalJson(rest) !== canonicalJson(restNow)) return [`Guard '${guard.id}' has changed.`];
    return onAlarm === 'rollback' && onAlarmNow === 'pause' ? [`Guard '${guard.id}' only pauses.`] : [];
  });
}
