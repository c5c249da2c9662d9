import type { RolloutRecord, Standing } from '@guidon/policy/rollout';
import type { AuditEvent } from '../audit/index.js';
import type { RolloutName } from './rollout.repository.js';

/** What the controller does by itself; people have a key. */
export const CONTROLLER = 'system:rollouts';

/** The one audit entry of a transition: from where, to where, why, and what was seen. Pure. */
export function auditEventOf(
  { environment, flag }: RolloutName,
  made: { readonly record: RolloutRecord; readonly actor?: string; readonly requestId?: string },
): AuditEvent {
  const { record, actor = CONTROLLER, requestId } = made;
  const { transition, cause, event, before, after } = record;
  const evidence = evidenceOf(record);
  return {
    action: `rollout.${transition}`,
    actor,
    reason: cause,
    subject: {
      flag,
      run: after.run,
      ...(before === undefined ? {} : { from: placeOf(before) }),
      to: placeOf(after),
      ...(evidence === undefined ? {} : { evidence }),
    },
    environments: [environment],
    ...('commit' in event ? { commit: event.commit } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function placeOf({ phase, stage, isKilled }: Standing): object {
  return { phase, stage, ...(isKilled ? { killed: true } : {}) };
}

/** What the guards said, by their names. */
export function evidenceOf({ event }: RolloutRecord): { readonly [guard: string]: unknown } | undefined {
  if (event.kind !== 'tick' && event.kind !== 'advance') return undefined;
  const { guards } = event.seen;
  if (guards.length === 0) return undefined;
  return Object.fromEntries(
    guards.map(({ id, verdict, reason, evidence }) => [id, { verdict, reason, evidence }]),
  );
}
