import type { Snapshot, SnapshotFile } from '../model/index.js';
import type { Settled } from './settled.js';
import type { Unit, Units } from './units.js';

/** What a snapshot says, without the list of files that it is made of. */
export type Standing = Omit<Snapshot, 'files'>;

/** What stands in which version. */
interface Placed {
  readonly units: Units;
  readonly before?: Settled | undefined;
  readonly flags: Standing['flags'];
  isNew(unit: Unit): boolean;
}

/** Every file that contributes to what stands on the bench; what was not touched is as it was. */
export function filesOf(placed: Placed): ReadonlyMap<string, SnapshotFile> {
  const { units, before } = placed;
  const files = new Map(before?.snapshot.files);
  if (before === undefined || units.touched === undefined) {
    const signers = units.signers.file;
    if (signers !== undefined) files.set(signers.path, signers);
    for (const unit of units.byId.values()) put(files, placed, unit);
    return files;
  }
  const touched = [...units.touched];
  for (const id of touched) {
    const path = before.units.get(id)?.previous?.path;
    if (path !== undefined) files.delete(path);
  }
  for (const unit of touched.flatMap((id) => units.byId.get(id) ?? [])) put(files, placed, unit);
  return files;
}

function put(files: Map<string, SnapshotFile>, placed: Placed, unit: Unit): void {
  if (unit.kind === 'test' && !placed.flags.has(unit.key)) return;
  const { file, path, previous } = unit;
  if (!placed.isNew(unit)) {
    if (previous === undefined) return;
    const frozen = unit.changed || placed.units.held.has(unit.id);
    files.set(previous.path, { ...previous, frozen });
  } else if (file !== undefined) files.set(path, { path, blob: file.blob, frozen: false });
}
