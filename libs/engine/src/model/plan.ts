import type { Condition } from './condition.js';

export interface Stage {
  readonly id: string;
  readonly holdMs: number;
  readonly audience?: Condition;
  /** Parts of 100,000; absent: all of the audience. */
  readonly parts?: number;
  /** The team of which somebody must agree before the stage is entered. */
  readonly approval?: string;
  readonly prove?: { readonly guard: string; readonly ratioBelow: number; readonly withinMs: number };
}

export type AlarmAct = 'rollback' | 'pause';

interface AnyGuard {
  readonly id: string;
  readonly onAlarm: AlarmAct;
}

interface OutcomeGuard extends AnyGuard {
  readonly outcome: string;
}

/** How often an outcome is an error, among those who have the new variant and those who do not. */
export interface RatioGuard extends OutcomeGuard {
  readonly type: 'ratio';
  /** What is no alarm yet: errors may be so many times as frequent. At least 1. */
  readonly nullRatio: number;
  /** No alarm before so many errors of the new variant. */
  readonly minErrors: number;
}

/** How long an outcome takes, among the same two: the share of slow calls, and the mean of the logarithm. */
export interface LatencyGuard extends OutcomeGuard {
  readonly type: 'latency';
  readonly nullRatio: number;
}

/** An upper bound of the error rate of those who have the new variant, whatever the others see. */
export interface CeilingGuard extends OutcomeGuard {
  readonly type: 'ceiling';
  /** Percent of the calls in the window. */
  readonly above: number;
  readonly windowMs: number;
  readonly minCalls: number;
}

/** A query to a Prometheus server; exactly one of `above` and `below` says what is an alarm. */
export interface PrometheusGuard extends AnyGuard {
  readonly type: 'prometheus';
  readonly query: string;
  readonly above?: number;
  readonly below?: number;
  /** So long without a break it must be an alarm; 0: at once. */
  readonly forMs: number;
  /** What an answer does that does not come or is no number: missing data is never a pass. */
  readonly onError: AlarmAct;
}

export type Guard = RatioGuard | LatencyGuard | CeilingGuard | PrometheusGuard;

export interface Plan {
  readonly stages: readonly Stage[];
  readonly guards: readonly Guard[];
  /** How often all ratio and latency guards together may be wrong; each has an equal part of it. */
  readonly alpha: number;
  /** Parts of 100,000 at the top of the bucket range. */
  readonly holdoutParts: number;
  readonly noData?: { readonly afterMs: number; readonly action: AlarmAct };
  /** As written, such as `Mon-Thu 09:00-16:00`, in the time zone of the project; empty: always. */
  readonly windows: readonly string[];
  readonly deadlineMs?: number;
}

/** What holds where the plan leaves it open. */
export const PLAN_DEFAULTS = {
  alpha: 0.05,
  nullRatio: 1,
  minErrors: 5,
  ceilingWindowMs: 120_000,
  ceilingMinCalls: 200,
} as const;

/** Nothing in it, for a name that is no plan. */
export const NO_PLAN: Plan = {
  stages: [],
  guards: [],
  alpha: PLAN_DEFAULTS.alpha,
  holdoutParts: 0,
  windows: [],
};

/** Guards that compare with the control by a test that may be wrong, and share the plan's `alpha`. */
export function isStatistical(guard: Guard): guard is RatioGuard | LatencyGuard {
  return guard.type === 'ratio' || guard.type === 'latency';
}

/** How often one ratio or latency guard of the plan may be wrong. */
export function alphaOfEach(plan: Pick<Plan, 'alpha' | 'guards'>): number {
  return plan.alpha / Math.max(1, plan.guards.filter(isStatistical).length);
}
