import type { RolloutDocument, RolloutEventDocument, RolloutGuardDocument } from '@guidon/protocol';

/** Midday of the day for which the sample shop is written. */
export const NOON_MS = Date.parse('2026-11-23T12:00:00Z');

export function at(secondsFromNoon: number): string {
  return new Date(NOON_MS + secondsFromNoon * 1000).toISOString();
}

export const STAGES: RolloutDocument['plan']['stages'] = [
  { id: 'staff', audience: 'email ends with "@acme.example"', holdMs: 900_000, state: 'done' },
  {
    ...{ id: 'canary', percent: 1, holdMs: 1_800_000, state: 'current' },
    prove: { guard: 'errors', ratioBelow: 3, withinMs: 86_400_000 },
  },
  { id: 'early', percent: 5, holdMs: 3_600_000, state: 'ahead' },
  { id: 'quarter', percent: 25, holdMs: 14_400_000, approval: 'releases', state: 'ahead' },
  { id: 'full', percent: 100, holdMs: 86_400_000, state: 'ahead' },
];

/** The stages as they look when the one at this index is the current one. */
export function stagesAt(current: number): RolloutDocument['plan']['stages'] {
  return STAGES.map((stage, index) => ({
    ...stage,
    state: index < current ? 'done' : index === current ? 'current' : 'ahead',
  }));
}

export const ERRORS_GUARD: RolloutGuardDocument = {
  id: 'errors',
  type: 'ratio',
  onAlarm: 'rollback',
  verdict: 'inconclusive',
  cause: 'unproven',
  reason:
    'Treatment fails 1.0 % (2 of 200), control 1.1 % (209 of 19,000): it is not proved yet that it fails less than 3 times as often.',
  evidence: {
    treatment: { exposures: 200, errors: 2 },
    control: { exposures: 19_000, errors: 209 },
    ...{ logEvidence: -0.2, highest: 0.9, alarmAt: 3.69 },
    proof: { ratioBelow: 3, logEvidence: 1.2, provedAt: 3, isProven: false, callsToGo: 1200 },
  },
};

export const SLOW_GUARD: RolloutGuardDocument = {
  ...{ id: 'slow', type: 'latency', onAlarm: 'pause', verdict: 'pass', cause: 'clear' },
  reason: 'Treatment has 1.0 % slow calls, control 1.0 %: no sign of harm.',
  evidence: { logEvidence: 0.4, highest: 0.738, alarmAt: 3.69 },
};

export const HEALTH_GUARD: RolloutGuardDocument = {
  ...{ id: 'sdk-health', type: 'sdk-health', onAlarm: 'rollback', verdict: 'pass', cause: 'not-applicable' },
  ...{ reason: 'No SDK instance is known.', evidence: {} },
};

export const ENTERED: RolloutEventDocument = {
  ...{ sequence: 42, at: at(-1080), transition: 'advanced', actor: 'guidon' },
  cause: "Held 'staff' for 15 minutes.",
  from: { phase: 'running', stageId: 'staff' },
  to: { phase: 'running', stageId: 'canary' },
};

const BEGUN: RolloutEventDocument = {
  ...{
    sequence: 17,
    at: at(-2000),
    transition: 'started',
    actor: `commit ${'fc1fc329d9'.repeat(4)}`,
    cause: 'It is live.',
  },
  from: { phase: 'scheduled' },
  to: { phase: 'running', stageId: 'staff' },
};

/** A rollout in its second stage of five, eighteen minutes into a hold of thirty. */
export function rolloutDocument(changes: Partial<RolloutDocument> = {}): RolloutDocument {
  return {
    id: 'production.new-checkout',
    flag: 'new-checkout',
    environment: 'production',
    owner: 'payments',
    phase: 'running',
    killed: false,
    to: 'on',
    run: 1,
    stage: 1,
    stageCount: STAGES.length,
    stageId: 'canary',
    percent: 1,
    reason: "Holds 'canary' until 13:12: 18 of 30 minutes done.",
    since: at(-1080),
    waitingFor: { kind: 'hold', doneMs: 1_080_000, neededMs: 1_800_000, until: at(720) },
    version: 42,
    plan: {
      ...{ name: 'careful', hash: 'a1b2c3d4'.repeat(8), stages: STAGES, holdoutPercent: 1 },
      ...{ windows: ['Mon-Thu 09:00-16:00'], deadlineMs: 21 * 86_400_000 },
    },
    file: { path: 'payments/new-checkout.yaml', blob: '5'.repeat(40), authors: ['ada@acme.example'] },
    guards: [ERRORS_GUARD, SLOW_GUARD, HEALTH_GUARD],
    propagation: { done: true, reason: 'All 12 instances have it.' },
    evidenceSince: at(-2000),
    newestData: at(-4),
    timeline: [ENTERED, BEGUN],
    ...changes,
  };
}
