import { type GuardFinding, type GuardSettings, noCounts, type PrometheusRule } from './guard-rule.js';
import { inDuration } from './guard-sentences.js';
import type { PrometheusSample } from './prometheus-answer.js';

export interface PrometheusTask {
  readonly rule: PrometheusRule;
  /** Answers since the evidence began, in any order. */
  readonly samples: readonly PrometheusSample[];
  readonly settings: GuardSettings;
  readonly nowMs: number;
}

type Said = Omit<GuardFinding, 'evidence'>;

/**
 * Whether an external number is where it should be. An empty answer, NaN or a failed query are never a pass: a query
 * with a typo must not let a rollout through.
 */
export function judgePrometheusGuard({ rule, samples, settings, nowMs }: PrometheusTask): GuardFinding {
  const problem = whyOddRule(rule);
  if (problem !== undefined)
    return { verdict: 'error', cause: 'malformed', reason: problem, evidence: noCounts() };
  const sorted = [...samples].sort((a, b) => a.atMs - b.atMs);
  const newest = sorted.at(-1);
  const value = newest?.kind === 'values' ? worstOf(newest.values, rule) : undefined;
  const evidence = {
    ...noCounts(),
    ...(newest === undefined ? {} : { newestMs: newest.atMs }),
    ...(value === undefined || !Number.isFinite(value) ? {} : { value }),
  };
  const alarm = findAlarm(sorted, rule);
  if (alarm !== undefined)
    return { ...sayAlarm(alarm, rule), evidence: { ...evidence, alarmedAtMs: alarm.atMs } };
  return { ...decideNewest(newest, rule, { nowMs, freshWithinMs: settings.freshWithinMs }), evidence };
}

function whyOddRule({ above, below, forMs = 0 }: PrometheusRule): string | undefined {
  if ((above === undefined) === (below === undefined))
    return 'An external guard needs exactly one of "above" and "below".';
  if (!Number.isFinite(above ?? below)) return `The limit is ${above ?? below}: give a finite number.`;
  return forMs >= 0 ? undefined : `The time that it has to last is ${forMs} ms: give one from 0.`;
}

/** Of several series the one that is worst: any of them may break the limit. */
function worstOf(values: readonly number[], { above }: PrometheusRule): number | undefined {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return undefined;
  return numbers.reduce((a, b) => (above === undefined ? Math.min(a, b) : Math.max(a, b)));
}

/** Infinite values break limits like others. */
function breaks(sample: PrometheusSample, rule: PrometheusRule): boolean {
  if (sample.kind === 'failed') return false;
  const worst = worstOf(sample.values, rule);
  if (worst === undefined) return false;
  return rule.above === undefined ? worst < (rule.below as number) : worst > rule.above;
}

interface Alarm {
  readonly atMs: number;
  readonly value: number;
}

/** The first answer at which the limit had been broken, without a break, for as long as it has to last. */
function findAlarm(sorted: readonly PrometheusSample[], rule: PrometheusRule): Alarm | undefined {
  let sinceMs: number | undefined;
  for (const sample of sorted) {
    if (!breaks(sample, rule)) {
      sinceMs = undefined;
      continue;
    }
    sinceMs ??= sample.atMs;
    if (sample.kind === 'values' && sample.atMs - sinceMs >= (rule.forMs ?? 0))
      return { atMs: sample.atMs, value: worstOf(sample.values, rule) as number };
  }
  return undefined;
}

function sayAlarm({ value }: Alarm, rule: PrometheusRule): Said {
  const { forMs = 0 } = rule;
  const lasting = forMs === 0 ? '' : ` for ${inDuration(forMs)}`;
  return {
    verdict: 'fail',
    cause: 'threshold',
    reason: `The query gave ${value}${lasting}; ${limitOf(rule)}.`,
  };
}

function limitOf({ above, below }: PrometheusRule): string {
  return above === undefined ? `below ${below} is an alarm` : `above ${above} is an alarm`;
}

function decideNewest(
  newest: PrometheusSample | undefined,
  rule: PrometheusRule,
  { nowMs, freshWithinMs }: { readonly nowMs: number; readonly freshWithinMs: number },
): Said {
  const missing = (cause: 'no-data' | 'stale', reason: string): Said => ({
    verdict: 'inconclusive',
    cause,
    reason,
  });
  if (newest === undefined) return missing('no-data', 'Prometheus has not answered yet.');
  if (newest.atMs > nowMs + freshWithinMs)
    return { verdict: 'error', cause: 'malformed', reason: 'The newest answer lies in the future.' };
  if (!(nowMs - newest.atMs <= freshWithinMs))
    return missing(
      'stale',
      `Prometheus last answered ${inDuration(nowMs - newest.atMs)} ago, ${inDuration(freshWithinMs)} are allowed.`,
    );
  if (newest.kind === 'failed') return { verdict: 'error', cause: 'malformed', reason: newest.why };
  if (newest.values.length === 0) return missing('no-data', 'The query gives no series: is its name right?');
  const worst = worstOf(newest.values, rule);
  if (worst === undefined || newest.values.some(Number.isNaN))
    return missing('no-data', 'The query gives NaN, mostly because nothing was counted yet.');
  if (breaks(newest, rule))
    return {
      verdict: 'inconclusive',
      cause: 'unproven',
      reason: `The query gives ${worst}, not yet for ${inDuration(rule.forMs ?? 0)}; ${limitOf(rule)}.`,
    };
  return { verdict: 'pass', cause: 'clear', reason: `The query gives ${worst}; ${limitOf(rule)}.` };
}
