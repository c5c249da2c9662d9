import { NO_PLAN } from '@guidon/engine/model';
import { declareRollout, type Observation, type RolloutState } from '@guidon/policy/rollout';
import { ROLLOUT_METRICS } from '@guidon/protocol/metrics';
import { expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { RolloutMetrics } from './rollout-metrics.js';

const TERMS = {
  ...{ flag: 'checkout', environment: 'production', to: { serve: 'on' }, unit: ['targetingKey'] },
  ...{ salt: 'checkout', algorithm: 'native' as const, planHash: 'p' },
  plan: { ...NO_PLAN, stages: [{ id: 'few', parts: 5_000, holdMs: 60_000 }] },
};
const DECLARED = declareRollout(
  { kind: 'declared', terms: TERMS, file: { blob: 'b', authors: [] }, hasServedTo: false, commit: 'c' },
  0,
).state;
const SEEN: Observation = {
  ...{ isKilled: false, timezone: 'UTC', propagation: { isDone: true, reason: '' }, approvals: [] },
  ...{ newestDataMs: 20_000, periodMs: 5_000 },
  guards: [
    {
      ...{ id: 'errors', verdict: 'inconclusive', reason: '', onAlarm: 'rollback' },
      evidence: { logEvidence: 1.5, alarmAt: 3 } as object,
    },
    { id: 'ceiling', verdict: 'pass', reason: '', onAlarm: 'rollback' },
  ],
};

function metricsOf(state: RolloutState) {
  const registry = new Registry();
  const metrics = new RolloutMetrics(registry, () => 30_000);
  const name = { environment: 'production', flag: 'checkout' };
  metrics.tell([{ ...name, version: 1, movedVersion: 1, state, changedAtMs: 0 }]);
  metrics.saw(name, SEEN);
  metrics.alarm('production', 'pause');
  return { registry, metrics };
}

it('tells everything in its part of the catalogue of a rollout that runs', async () => {
  const text = await metricsOf({ ...DECLARED, phase: 'running', stage: 0 }).registry.metrics();
  const told = new Set([...text.matchAll(/^(guidon_\w+)\{/gm)].map(([, name]) => name));
  expect([...told].sort()).toEqual(Object.keys(ROLLOUT_METRICS).sort());
  for (const line of [
    'guidon_rollouts{environment="production",phase="running"} 1',
    'guidon_rollouts{environment="production",phase="paused"} 0',
    'guidon_rollout_percent{environment="production",flag="checkout"} 5',
    'guidon_rollout_stage_age_seconds{environment="production",flag="checkout"} 30',
    'guidon_rollout_data_age_seconds{environment="production",flag="checkout"} 10',
    'guidon_guard_verdicts{environment="production",verdict="pass"} 1',
    'guidon_guard_verdicts{environment="production",verdict="fail"} 0',
    'guidon_guard_evidence_ratio{environment="production",flag="checkout",guard="errors"} 0.5',
    'guidon_guard_alarms_total{environment="production",action="pause"} 1',
  ])
    expect(text).toContain(line);
  expect(text).not.toContain('guard="ceiling"');
});

it('counts what has ended by its phase alone, and tells nothing where another server leads', async () => {
  const { registry, metrics } = metricsOf({ ...DECLARED, phase: 'completed' });
  const text = await registry.metrics();
  expect(text).toContain('guidon_rollouts{environment="production",phase="completed"} 1');
  expect(text).not.toContain('flag="checkout"');
  metrics.tell([]);
  expect(await registry.metrics()).not.toMatch(/^guidon_rollouts\{/m);
});
