import type { Snapshot, SnapshotFile, SourceFile } from '../model/index.js';
import type { FileKind } from '../schema/index.js';
import { folderOf, whyNoRegularFile } from './file-place.js';
import type { UnitId } from './problem.js';

/**
 * One thing that a file defines, across versions and moves: the project, a segment, a flag, a flag's tests. It is
 * served either in its new version or in its previous one; `new` without a file means deleted.
 */
export interface Unit {
  readonly id: UnitId;
  readonly kind: FileKind;
  readonly key: string;
  /** Where findings about it point: the new file, or for a deletion the old path. */
  readonly path: string;
  readonly file?: SourceFile;
  readonly previous?: SnapshotFile;
  /** Its content differs from what is live. A move alone changes nothing. */
  readonly changed: boolean;
  /** It lies in another folder than what is live, which matters only to a flag and its tests. */
  readonly moved: boolean;
}

export function unitId(kind: FileKind, key: string): UnitId {
  return kind === 'project' ? 'project' : `${kind}:${key}`;
}

type Named = Pick<Unit, 'kind' | 'key'>;

/** A thing that the revision has a file for. */
export function unitFor(file: SourceFile, { kind, key }: Named, previous: SnapshotFile | undefined): Unit {
  const changed =
    previous === undefined || previous.blob !== file.blob || whyNoRegularFile(file) !== undefined;
  return {
    id: unitId(kind, key),
    kind,
    key,
    path: file.path,
    file,
    changed,
    moved: previous !== undefined && folderOf(previous.path) !== folderOf(file.path),
    ...(previous === undefined ? {} : { previous }),
  };
}

/** A thing that is live and that the revision has no file for. */
export function deletedUnit({ kind, key }: Named, previous: SnapshotFile): Unit {
  return { id: unitId(kind, key), kind, key, path: previous.path, previous, changed: true, moved: false };
}

/** The unit as the load after this one will find it, if its file stays as it is; undefined when nothing is left of it. */
export function unitAfter(unit: Unit, snapshot: Snapshot, isNew: boolean): Unit | undefined {
  const path = isNew ? unit.file?.path : unit.previous?.path;
  const live = path === undefined ? undefined : snapshot.files.get(path);
  if (unit.file !== undefined) return unitFor(unit.file, unit, live);
  return live === undefined ? undefined : deletedUnit(unit, live);
}
