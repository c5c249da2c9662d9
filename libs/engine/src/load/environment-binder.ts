import type { Bucketing, FlagEnvironment, Outcome, Rule } from '../model/index.js';
import { LIMITS, NO_PLAN } from '../model/index.js';
import type { RawEnvironment, RawRollout, RawRule } from '../schema/flag-schema.js';
import { instantMs } from './attribute-values.js';
import { type Binding, report, reportUnknown } from './binding.js';
import { bindCondition } from './condition-binder.js';
import {
  bindOutcome,
  bindShare,
  bindSplit,
  checkVariant,
  hasBucketing,
  nestBucketing,
} from './percentages.js';
import { bindPlan, checkIds } from './plan-binder.js';
import { type Path, shown } from './problem.js';
import { checkSalts } from './same-salt.js';

export interface EnvironmentScope {
  readonly variants: ReadonlySet<string>;
  /** The flag's. */
  readonly bucketing: Bucketing;
}

/** One environment of a flag: rules, then the rollout, then everyone else (sentence 12). */
export function bindEnvironment(
  binding: Binding,
  at: Path,
  raw: string | RawEnvironment,
  scope: EnvironmentScope,
): FlagEnvironment {
  if (typeof raw === 'string') {
    checkVariant(binding, at, raw, scope.variants);
    return { rules: [], rest: { serve: raw } };
  }
  const inner = { ...scope, bucketing: nestBucketing(binding, at, scope.bucketing, raw) };
  const rules = (raw.rules ?? []).map((rule, index) =>
    bindRule(binding, [...at, 'rules', index], rule, inner),
  );
  checkIds(binding, [...at, 'rules'], rules);
  if (rules.length > LIMITS.rulesPerEnvironment) {
    const sentence = `${rules.length} rules; the limit is ${LIMITS.rulesPerEnvironment}.`;
    report(binding, { at: [...at, 'rules'], onKey: true, code: 'too-many', sentence });
  }
  const rollout =
    raw.rollout === undefined ? undefined : bindRollout(binding, [...at, 'rollout'], raw.rollout, inner);
  const environment: FlagEnvironment = {
    rules,
    ...(rollout === undefined ? {} : { rollout }),
    rest: bindOutcome(binding, at, raw, inner),
  };
  checkUse(binding, at, raw, environment);
  checkSalts(binding, at, environment);
  return environment;
}

function bindRule(binding: Binding, at: Path, raw: RawRule, scope: EnvironmentScope): Rule {
  const bucketing = nestBucketing(binding, at, scope.bucketing, raw);
  if (hasBucketing(raw) && raw.percent === undefined && raw.split === undefined) {
    const sentence = `Rule ${shown(raw.id)} names by, salt or bucketing, but decides nothing by percentage.`;
    report(binding, { at, onKey: true, code: 'useless-bucketing', sentence });
  }
  return {
    id: raw.id,
    when: bindCondition(binding, [...at, 'when'], raw.when, { inSegment: false }),
    ...(raw.percent === undefined
      ? {}
      : { share: bindShare(binding, [...at, 'percent'], raw.percent, bucketing) }),
    outcome: bindOutcome(binding, at, raw, { ...scope, bucketing }),
  };
}

function bindRollout(
  binding: Binding,
  at: Path,
  raw: RawRollout,
  scope: EnvironmentScope,
): NonNullable<FlagEnvironment['rollout']> {
  const bucketing = nestBucketing(binding, at, scope.bucketing, raw);
  const startMs = raw.start === undefined ? undefined : instantMs(raw.start);
  if (raw.start !== undefined && startMs === undefined) {
    const sentence = `${shown(raw.start)} is a day or time that does not exist.`;
    report(binding, { at: [...at, 'start'], code: 'bad-format', sentence });
  }
  return {
    to: bindTarget(binding, [...at, 'to'], raw.to, { ...scope, bucketing }),
    bucketing,
    ...planOf(binding, [...at, 'plan'], raw.plan),
    ...(startMs === undefined ? {} : { startMs }),
  };
}

function bindTarget(binding: Binding, at: Path, raw: RawRollout['to'], scope: EnvironmentScope): Outcome {
  if (typeof raw !== 'string') return { split: bindSplit(binding, at, raw, scope) };
  checkVariant(binding, at, raw, scope.variants);
  return { serve: raw };
}

function planOf(binding: Binding, at: Path, raw: RawRollout['plan']) {
  if (typeof raw !== 'string') return { plan: bindPlan(binding, at, raw) };
  const { plans } = binding.project;
  const plan = plans.get(raw);
  if (plan !== undefined) return { planName: raw, plan };
  reportUnknown(binding, at, { code: 'unknown-plan', noun: 'plan', wrong: raw, known: plans.keys() });
  return { planName: raw, plan: NO_PLAN };
}

/** What is written but can have no effect was probably meant otherwise. */
function checkUse(binding: Binding, at: Path, raw: RawEnvironment, bound: FlagEnvironment): void {
  const { rules, rollout, rest } = bound;
  const divides =
    rules.some((rule) => rule.share !== undefined || 'split' in rule.outcome) || rollout || 'split' in rest;
  if (hasBucketing(raw) && !divides) {
    const sentence = 'This environment names by, salt or bucketing, but decides nothing by percentage.';
    report(binding, { at, onKey: true, code: 'useless-bucketing', sentence });
  }
  if (rollout !== undefined && 'serve' in rollout.to && 'serve' in rest && rollout.to.serve === rest.serve) {
    const sentence = `The rollout goes to ${shown(rest.serve)}, which everyone else gets anyway.`;
    report(binding, { at: [...at, 'rollout', 'to'], code: 'rollout-without-effect', sentence });
  }
}
