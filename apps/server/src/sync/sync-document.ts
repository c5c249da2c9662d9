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

/** A refused file without a good version is not frozen: there is nothing that it could stay at. */
function refusedFiles(
  refused: readonly string[],
  good: ReadonlyMap<string, unknown> = new Map(),
): Pick<SyncDocument, 'frozen' | 'absent'> {
  const names = new Set([...good.keys()].map(nameOf));
  const has = (path: string) => names.has(nameOf(path));
  return { frozen: refused.filter(has), absent: refused.filter((path) => !has(path)) };
}

/** What stays the same when a flag file moves to another folder: then the good version is the one at the old place. */
function nameOf(path: string): string {
  return path.startsWith('segments/') ? path : path.slice(path.lastIndexOf('/') + 1);
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
    ...(record?.state === 'held' ? { holds: record.holds } : {}),
    ...(state.lastSyncAtMs === undefined ? {} : { lastSyncAt: new Date(state.lastSyncAtMs).toISOString() }),
    ...(state.lastError === undefined ? {} : { lastError: state.lastError }),
    findings: newest.findings,
    ...(record === undefined ? {} : { findingCount: record.findingCount }),
    ...refusedFiles(record?.frozen ?? [], live.snapshot()?.files),
    environments: live.environments().flatMap((environment) => {
      const it = live.current(environment);
      if (it === undefined) return [];
      const { generation, revision } = it;
      return [{ environment, generation, revision, flags: it.view.flags.size, kills: it.kills.kills.length }];
    }),
  };
}
