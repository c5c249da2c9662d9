import type { GuardReading } from '@guidon/policy/rollout';

export const VERDICTS = ['pass', 'fail', 'inconclusive', 'error'] as const;

export interface GuardFigures {
  readonly id: string;
  readonly verdict: GuardReading['verdict'];
  /** Logarithm of the evidence over that of its threshold, 1 is the alarm; absent where a guard has no such evidence. */
  readonly evidenceRatio?: number;
}

/** Of the numbers behind a verdict: the machine does not look at them. */
type Measured = { readonly logEvidence?: unknown; readonly alarmAt?: unknown };

export function guardFigures({ id, verdict, evidence }: GuardReading): GuardFigures {
  const { logEvidence, alarmAt } = (evidence ?? {}) as Measured;
  const isMeasured = typeof logEvidence === 'number' && typeof alarmAt === 'number' && alarmAt > 0;
  return { id, verdict, ...(isMeasured ? { evidenceRatio: logEvidence / alarmAt } : {}) };
}
