import type { KillDocument } from '@guidon/protocol';
import type { KillEntry, KnownKill } from '../catalog/index.js';

/** A kill as the API shows it. `overdue` says that its expiry has passed and a person is needed. */
export function killDocument(kill: KnownKill, nowMs: number): KillDocument {
  const { revival, expiresAtMs } = kill;
  const overdue = revival === undefined && expiresAtMs !== undefined && expiresAtMs <= nowMs;
  return {
    id: kill.id,
    ...factsOf(kill),
    ...(kill.continues === undefined ? {} : { continues: kill.continues }),
    ...(overdue ? { overdue } : {}),
    ...(revival === undefined
      ? {}
      : {
          revivedAt: new Date(revival.revivedAtMs).toISOString(),
          revivedBy: revival.actor,
          reviveReason: revival.reason,
        }),
  };
}

/** What an answer to a press and a listed kill have in common. */
export function factsOf(kill: Omit<KillEntry, 'id'>): Omit<KillDocument, 'id'> {
  return {
    scope: kill.scope,
    targets: targetList(kill.targets),
    reason: kill.reason,
    actor: kill.actor,
    pressedAt: new Date(kill.pressedAtMs).toISOString(),
    ...(kill.expiresAtMs === undefined ? {} : { expiresAt: new Date(kill.expiresAtMs).toISOString() }),
  };
}

export function targetList(targets: ReadonlyMap<string, readonly string[]>): KillDocument['targets'] {
  return [...targets].flatMap(([environment, flags]) => flags.map((flag) => ({ flag, environment })));
}
