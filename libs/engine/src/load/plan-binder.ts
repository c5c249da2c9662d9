import { type Condition, PLAN_DEFAULTS, type Plan, type Stage, TOTAL_PARTS } from '../model/index.js';
import type { RawPlan, RawStage } from '../schema/plan-schema.js';
import { type Binding, report, reportUnknown } from './binding.js';
import { bindCondition } from './condition-binder.js';
import { durationMs } from './duration.js';
import { bindGuard } from './guard-binder.js';
import { bindPercent } from './percentages.js';
import { checkPlan } from './plan-checks.js';
import { type Path, shown } from './problem.js';

/** A rollout plan: stages that only grow and end with everyone (sentences 32 to 34). */
export function bindPlan(binding: Binding, at: Path, raw: RawPlan): Plan {
  const written = raw.guards ?? [];
  checkIds(binding, [...at, 'guards'], written);
  const guards = written.map((guard, index) => bindGuard(binding, [...at, 'guards', index], guard));
  checkIds(binding, [...at, 'stages'], raw.stages);
  const guardIds = new Set(written.map((guard) => guard.id));
  const stages = raw.stages.map((stage, index) =>
    bindStage(binding, [...at, 'stages', index], stage, guardIds),
  );
  checkGrowth(binding, [...at, 'stages'], stages);
  checkLast(binding, [...at, 'stages', stages.length - 1], stages.at(-1)!);
  if (raw.windows !== undefined && binding.project.timezone === '') {
    const sentence = 'Windows need a time zone, and guidon.yaml names none.';
    report(binding, { at: [...at, 'windows'], onKey: true, code: 'time-zone-missing', sentence });
  }
  const plan: Plan = {
    stages,
    guards,
    alpha: raw.alpha ?? PLAN_DEFAULTS.alpha,
    holdoutParts: raw.holdout === undefined ? 0 : bindPercent(binding, [...at, 'holdout'], raw.holdout),
    ...(raw.noData === undefined
      ? {}
      : { noData: { afterMs: durationMs(raw.noData.after), action: raw.noData.action } }),
    windows: raw.windows ?? [],
    ...(raw.deadline === undefined ? {} : { deadlineMs: durationMs(raw.deadline) }),
  };
  checkPlan(binding, at, plan);
  return plan;
}

function bindStage(binding: Binding, at: Path, raw: RawStage, guards: ReadonlySet<string>): Stage {
  if (raw.audience === undefined && raw.percent === undefined) {
    const sentence = `Stage ${shown(raw.id)} has neither audience nor percent.`;
    report(binding, { at, onKey: true, code: 'stage-shape', sentence });
  }
  if (raw.id === 'done') {
    report(binding, {
      at: [...at, 'id'],
      code: 'repeated-id',
      sentence: '"done" means the end of every rollout.',
    });
  }
  if (raw.prove !== undefined && !guards.has(raw.prove.guard)) {
    const name = {
      code: 'unknown-guard',
      noun: 'guard of this plan',
      wrong: raw.prove.guard,
      known: guards,
    } as const;
    reportUnknown(binding, [...at, 'prove', 'guard'], name);
  }
  if (raw.approval !== undefined && !binding.project.teams.has(raw.approval)) {
    const known = binding.project.teams.keys();
    const name = { code: 'unknown-team', noun: 'team', wrong: raw.approval, known } as const;
    reportUnknown(binding, [...at, 'approval'], name);
  }
  const { prove } = raw;
  return {
    id: raw.id,
    holdMs: durationMs(raw.hold),
    ...(raw.audience === undefined
      ? {}
      : { audience: bindCondition(binding, [...at, 'audience'], raw.audience, { inSegment: false }) }),
    ...(raw.percent === undefined ? {} : { parts: bindPercent(binding, [...at, 'percent'], raw.percent) }),
    ...(raw.approval === undefined ? {} : { approval: raw.approval }),
    ...(prove === undefined
      ? {}
      : { prove: { guard: prove.guard, ratioBelow: prove.ratioBelow, withinMs: durationMs(prove.within) } }),
  };
}

export function checkIds(binding: Binding, at: Path, items: readonly { readonly id: string }[]): void {
  const seen = new Set<string>();
  for (const [index, { id }] of items.entries()) {
    if (seen.has(id)) {
      report(binding, {
        at: [...at, index, 'id'],
        code: 'repeated-id',
        sentence: `The id ${shown(id)} occurs twice.`,
      });
    }
    seen.add(id);
  }
}

/** Audiences are the same when their canonical conditions are. */
function audienceKey(audience: Condition | undefined): string {
  return audience === undefined ? '' : JSON.stringify(audience);
}

function checkGrowth(binding: Binding, at: Path, stages: readonly Stage[]): void {
  const reached = new Map<string, number>();
  for (const [index, stage] of stages.entries()) {
    if (stage.audience === undefined && stage.parts === undefined) continue;
    const key = audienceKey(stage.audience);
    const parts = stage.parts ?? TOTAL_PARTS;
    const before = reached.get(key) ?? 0;
    if (parts <= before) {
      const sentence = `Stage ${shown(stage.id)} takes ${percentOf(parts)}, which does not grow from ${percentOf(before)}.`;
      const field = stage.parts === undefined ? 'audience' : 'percent';
      report(binding, { at: [...at, index, field], code: 'stage-percent', sentence });
    }
    reached.set(key, Math.max(before, parts));
  }
}

function percentOf(parts: number): string {
  return `${parts / (TOTAL_PARTS / 100)} %`;
}

function checkLast(binding: Binding, at: Path, last: Stage): void {
  if (last.audience === undefined && last.parts === TOTAL_PARTS) return;
  const sentence = `The last stage, ${shown(last.id)}, is not percent: 100 without an audience.`;
  report(binding, { at, onKey: true, code: 'last-stage', sentence });
}
