import {
  GUARD_DEFAULTS,
  type GuardEpoch,
  type GuardFinding,
  type GuardRule,
  type GuardSettings,
  type JudgedGuard,
  noCounts,
} from './guard-rule.js';
import type { GuardWindow } from './guard-window.js';
import { judgeCeilingGuard } from './judge-ceiling-guard.js';
import { judgeLatencyGuard } from './judge-latency-guard.js';
import { judgePrometheusGuard } from './judge-prometheus-guard.js';
import { judgeRatioGuard } from './judge-ratio-guard.js';
import { judgeSampleRatio } from './judge-sample-ratio.js';
import { type HealthArms, judgeSdkHealth } from './judge-sdk-health.js';
import { type SelectedWindows, selectWindows } from './outcome-windows.js';
import type { PrometheusSample } from './prometheus-answer.js';

export interface GuardInput {
  readonly plan: { readonly alpha?: number; readonly guards: readonly GuardRule[] };
  /** The stored windows of the flag in the environment, by outcome, in any order. */
  readonly windows: ReadonlyMap<string, readonly GuardWindow[]>;
  /** One list with the exposures of all subjects, for the sample ratio. */
  readonly exposures: readonly GuardWindow[];
  readonly epochs: readonly GuardEpoch[];
  /** By guard: the edge above which a call is slow, `slowEdgeOf` the control when the plan started. */
  readonly slowEdges?: ReadonlyMap<string, number>;
  /** What has to be proved before the current stage may be left. */
  readonly prove?: { readonly guard: string; readonly ratioBelow: number };
  readonly instances?: HealthArms;
  readonly prometheus?: ReadonlyMap<string, readonly PrometheusSample[]>;
  readonly settings?: Partial<GuardSettings>;
  readonly nowMs: number;
}

/**
 * What each guard of a rollout says of what is stored. A pure function, so that two controllers that read the same rows
 * decide alike to the last bit: the order of the rows does not matter. An alarm at any time since the evidence began
 * stays one. Source: reference note on rollouts, A3; decision record 33 for what that leaves open.
 */
export function judgeGuards(input: GuardInput): readonly JudgedGuard[] {
  const settings: GuardSettings = { ...GUARD_DEFAULTS, ...input.settings };
  const judge = createJudge(input, settings);
  const guards = input.plan.guards.map((rule) => ({
    id: rule.id,
    type: rule.type,
    onAlarm: rule.onAlarm,
    ...tellLate(judge(rule)),
  }));
  const { epochs, nowMs } = input;
  const selected = select(input.exposures, input, { settings });
  return [
    ...guards,
    {
      id: 'sample-ratio',
      type: 'sample-ratio',
      onAlarm: 'pause',
      ...tellLate(judgeSampleRatio({ selected, epochs, settings, nowMs })),
    },
    {
      id: 'sdk-health',
      type: 'sdk-health',
      onAlarm: 'rollback',
      ...judgeSdkHealth(input.instances, settings, nowMs),
    },
  ];
}

/** Every guard on a ratio or on latency gets an equal part of the plan's chance of a false alarm. */
export function alphaPerGuard(plan: GuardInput['plan'], settings = GUARD_DEFAULTS): number {
  const betting = plan.guards.filter(({ type }) => type === 'ratio' || type === 'latency').length;
  return (plan.alpha ?? settings.alpha) / Math.max(1, betting);
}

/** Evidence begins with the rollout, and anew when a person has acknowledged an alarm. */
export function evidenceSinceMs(epochs: readonly GuardEpoch[]): number {
  const restarts = epochs.filter(({ restart }) => restart === true).map(({ fromMs }) => fromMs);
  if (restarts.length > 0) return Math.max(...restarts);
  return epochs.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...epochs.map(({ fromMs }) => fromMs));
}

function createJudge(input: GuardInput, settings: GuardSettings): (rule: GuardRule) => GuardFinding {
  const { nowMs, prove } = input;
  const alpha = alphaPerGuard(input.plan, settings);
  return (rule) => {
    if (prove?.guard === rule.id && rule.type !== 'ratio')
      return {
        verdict: 'error',
        cause: 'malformed',
        reason: `The stage asks the guard "${rule.id}" for a proof, but only guards of the type "ratio" can prove something.`,
        evidence: noCounts(),
      };
    if (rule.type === 'prometheus') {
      const sinceMs = evidenceSinceMs(input.epochs);
      const samples = (input.prometheus?.get(rule.id) ?? []).filter(({ atMs }) => atMs >= sinceMs);
      return judgePrometheusGuard({ rule, samples, settings, nowMs });
    }
    const windows = input.windows.get(rule.outcome) ?? [];
    const selected = select(windows, input, { settings, trustWeb: rule.trustWeb });
    if (rule.type === 'ceiling') return judgeCeilingGuard({ rule, selected, settings, nowMs });
    if (rule.type === 'latency')
      return judgeLatencyGuard({
        rule,
        selected,
        alpha,
        slowEdge: input.slowEdges?.get(rule.id),
        settings,
        nowMs,
      });
    const ratioBelow = prove?.guard === rule.id ? prove.ratioBelow : undefined;
    return judgeRatioGuard({ rule, selected, alpha, ratioBelow, settings, nowMs });
  };
}

function select(
  windows: readonly GuardWindow[],
  { epochs, nowMs }: GuardInput,
  { settings, trustWeb }: { readonly settings: GuardSettings; readonly trustWeb?: boolean | undefined },
): SelectedWindows {
  const latestMs = nowMs + settings.freshWithinMs;
  return selectWindows(windows, { sinceMs: evidenceSinceMs(epochs), latestMs, trustWeb });
}

function tellLate(finding: GuardFinding): GuardFinding {
  const { lateWindows } = finding.evidence;
  if (lateWindows === 0) return finding;
  const late =
    lateWindows === 1 ? '1 window came too late and is' : `${lateWindows} windows came too late and are`;
  return { ...finding, reason: `${finding.reason} ${late} left out.` };
}
