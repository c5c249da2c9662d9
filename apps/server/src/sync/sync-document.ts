import type { SyncDocument } from '@guidon/protocol';
import type { LiveCatalog, NewestRevision } from '../catalog/index.js';

/** How the last attempts to reach the source went. */
export interface SyncState {
  readonly source: string;
  readonly branch: string;
  /** Newest commit that was seen. */
  readonly head: string | undefined;
  /** Last contact that worked, milliseconds since the epoch. */
  readonly lastSyncAtMs: number | undefined;
  /** Absent after a sync that worked. */
  readonly lastError: string | undefined;
}

/** Body of `GET /api/v1/sync`: status of the source beside what is live on this replica. */
export function syncDocument(state: SyncState, newest: NewestRevision, live: LiveCatalog): SyncDocument {
  const { record } = newest;
  return {
    source: state.source,
    branch: state.branch,
    ...(state.head === undefined ? {} : { head: state.head }),
    ...(record === undefined ? {} : { revision: record.commit }),
    state: record?.state ?? 'never',
    ...(state.lastSyncAtMs === undefined ? {} : { lastSyncAt: new Date(state.lastSyncAtMs).toISOString() }),
    ...(state.lastError === undefined ? {} : { lastError: state.lastError }),
    findings: newest.findings,
    ...(record === undefined ? {} : { findingCount: record.findingCount }),
    frozen: record?.frozen ?? [],
    environments: live.environments().flatMap((environment) => {
      const it = live.current(environment);
      if (it === undefined) return [];
      const { generation, revision } = it;
      return [{ environment, generation, revision, flags: it.view.flags.size, kills: it.kills.kills.length }];
    }),
  };
}
