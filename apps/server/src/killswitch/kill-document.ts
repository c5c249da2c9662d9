import type { KillDocument, PressAnswer, ReviveAnswer } from '@guidon/protocol';
import type { KillEntry, KillRecord, KnownKill, Reach } from '../catalog/index.js';
import { type Standing, tagOf } from '../kernel/http/index.js';
import { DomainError } from '../kernel/problem/index.js';
import type { PressedKill } from '../proposals/index.js';

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

export function killStanding(kill: KnownKill, nowMs: number): Standing {
  const { revival } = kill;
  return {
    tag: tagOf(killDocument(kill, nowMs)),
    what: `Kill ${kill.id}`,
    now:
      revival === undefined
        ? 'still holds'
        : `was revived by ${revival.actor} at ${new Date(revival.revivedAtMs).toISOString()}`,
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

/** Which of the targets of a revived kill other kills hold, and which kills. */
export function stillHeld(
  targets: KillDocument['targets'],
  standing: readonly KillRecord[],
): ReviveAnswer['stillHeld'] {
  const holders = new Map<string, string[]>();
  for (const { id, targets: held } of standing)
    for (const [environment, flags] of held)
      for (const flag of flags) {
        const key = JSON.stringify([environment, flag]);
        holders.set(key, [...(holders.get(key) ?? []), id]);
      }
  return targets.flatMap(({ flag, environment }) => {
    const kills = holders.get(JSON.stringify([environment, flag]));
    return kills === undefined ? [] : [{ flag, environment, kills }];
  });
}

const MOST_NAMED = 50;

/** For audit entries: names the flags where they are few; the record itself keeps all of them. */
export function countsOf(targets: ReadonlyMap<string, readonly string[]>) {
  return [...targets].map(([environment, flags]) => ({
    environment,
    count: flags.length,
    named: flags.slice(0, MOST_NAMED),
  }));
}

export function targetList(targets: ReadonlyMap<string, readonly string[]>): KillDocument['targets'] {
  return [...targets].flatMap(([environment, flags]) => flags.map((flag) => ({ flag, environment })));
}

export function killNotFound(id: string): DomainError {
  return new DomainError('kill-not-found', {
    detail: `No kill has the id "${id.slice(0, 64)}"; GET /api/v1/red-button lists them.`,
  });
}

/** What a proposal says of the press that it follows. */
export function pressed({ id, scope, actor, reason, pressedAtMs }: KillEntry): PressedKill {
  return { id, actor, reason, pressedAtMs, flag: 'flag' in scope ? scope.flag : undefined };
}

/** Other replicas follow by the change signal; how many there are is not known here yet. */
export function reachOf({ targets }: Pick<KillEntry, 'targets'>, reach: Reach): PressAnswer['reach'] {
  const streams = [...targets.keys()].reduce((sum, environment) => sum + reach.streamsOpen(environment), 0);
  return { replicas: 1, streams };
}
