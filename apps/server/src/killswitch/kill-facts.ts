import type { EntityManager } from 'typeorm';
import type { KillLedger, KnownKill } from '../catalog/index.js';
import type { KillFacts, StandingKill } from '../proposals/index.js';

/** What proposals have to know of the kills that stand. */
export function killFacts(ledger: Pick<KillLedger, 'standingIn'>): KillFacts {
  return {
    standing: async (manager: EntityManager) => (await ledger.standingIn(manager)).map(standingKill),
  };
}

function standingKill({
  id,
  continues,
  scope,
  actor,
  reason,
  pressedAtMs,
  targets,
}: KnownKill): StandingKill {
  return {
    ...{ id, actor, reason, pressedAtMs, targets },
    ...(continues === undefined ? {} : { continues }),
    ...('flag' in scope ? { flag: scope.flag } : {}),
  };
}
