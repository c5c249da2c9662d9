import type { AuditEvent } from '../audit/index.js';
import type { KillEntry, KnownKill, LiveCatalog } from '../catalog/index.js';
import type { Asker } from './asker.js';
import { countsOf } from './kill-document.js';
import { freeState, searchedBy, standingState } from './kill-states.js';

interface Press {
  /** A kill that held exactly the same already. */
  readonly twin: KnownKill | undefined;
  readonly asker: Asker;
  readonly live: LiveCatalog;
}

/** What the log says of a press. */
export function pressEvent(kill: KillEntry, { twin, asker, live }: Press): AuditEvent {
  const { id, reason, scope, targets, expiresAtMs } = kill;
  return {
    ...{ action: 'kill.press', actor: asker.actor, reason, requestId: asker.requestId },
    subject: {
      ...{ kill: id, ...(twin === undefined ? {} : { stoodAlready: true }), scope, flags: countsOf(targets) },
      ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
    },
    before: twin === undefined ? freeState(kill, live) : standingState(twin, live),
    after: standingState(kill, live),
    ...searchedBy(kill),
  };
}
