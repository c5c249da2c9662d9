import type { Plan } from '@guidon/engine/model';
import { declareRollout } from '../declare-rollout.js';
import type { GuardReading, Observation, RolloutApproval } from '../rollout-event.js';
import type { RolloutState, RolloutTerms } from '../rollout-state.js';

export const MINUTE_MS = 60_000;

const small = {
  alpha: 0.05,
  stages: [
    { id: 'canary', parts: 5000, holdMs: 30 * MINUTE_MS },
    { id: 'half', parts: 50_000, holdMs: 60 * MINUTE_MS, approval: 'releases' },
    { id: 'full', parts: 100_000, holdMs: 60 * MINUTE_MS },
  ],
  guards: [
    { id: 'errors', type: 'ratio', outcome: 'http.error', onAlarm: 'rollback', nullRatio: 1, minErrors: 5 },
  ],
  holdoutParts: 1000,
  windows: [],
} as const;

/** Three stages, an approval before the second, one guard. */
export const SMALL_PLAN: Plan = small;

export function createTerms(changes: Partial<RolloutTerms> = {}): RolloutTerms {
  return {
    flag: 'new-checkout',
    environment: 'production',
    to: { serve: 'on' },
    unit: ['targetingKey'],
    salt: 'new-checkout',
    algorithm: 'native',
    plan: SMALL_PLAN,
    planHash: 'plan-1',
    ...changes,
  };
}

export const FILE = { blob: 'blob-1', authors: ['ada@acme.example'] };

/** Scheduled, and nothing else has happened. */
export function createRollout(plan: Partial<Plan> = {}, nowMs = 0): RolloutState {
  const terms = createTerms({ plan: { ...SMALL_PLAN, ...plan } });
  return declareRollout({ kind: 'declared', terms, file: FILE, hasServedTo: false, commit: 'c0' }, nowMs)
    .state;
}

export function reading(changes: Partial<GuardReading> = {}): GuardReading {
  return { id: 'errors', verdict: 'pass', reason: 'No harm is seen.', onAlarm: 'rollback', ...changes };
}

/** All is well, and everybody has what they should. */
export function seenAt(nowMs: number, changes: Partial<Observation> = {}): Observation {
  return {
    isKilled: false,
    timezone: 'Europe/Oslo',
    propagation: { isDone: true, reason: 'Everybody has it.' },
    guards: [reading()],
    newestDataMs: nowMs,
    approvals: [],
    periodMs: 10_000,
    ...changes,
  };
}

/** For the second stage of the small plan, by somebody who may. */
export function createApproval(changes: Partial<RolloutApproval> = {}): RolloutApproval {
  return {
    id: 'approval-1',
    by: 'gus@acme.example',
    teams: ['releases'],
    planHash: 'plan-1',
    epochMs: 0,
    stage: 'half',
    blob: 'blob-1',
    ...changes,
  };
}
