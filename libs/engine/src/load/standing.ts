import type { Snapshot, SnapshotFile } from '../model/index.js';
import type { Unit } from './unit.js';
import type { Workbench } from './workbench.js';

/** What a snapshot says, without the list of files that it is made of. */
export type Standing = Omit<Snapshot, 'files'>;

/** Every file that contributes to what stands on the bench; what was not touched is as it was. */
export function filesOf(bench: Workbench): ReadonlyMap<string, SnapshotFile> {
  const { units, before } = bench;
  const files = new Map(before?.snapshot.files);
  if (before === undefined || units.touched === undefined) {
    const signers = units.signers.file;
    if (signers !== undefined) files.set(signers.path, signers);
    for (const unit of units.byId.values()) put(files, bench, unit);
    return files;
  }
  const touched = [...units.touched];
  for (const id of touched) {
    const path = before.units.get(id)?.previous?.path;
    if (path !== undefined) files.delete(path);
  }
  for (const unit of touched.flatMap((id) => units.byId.get(id) ?? [])) put(files, bench, unit);
  return files;
}

function put(files: Map<string, SnapshotFile>, bench: Workbench, unit: Unit): void {
  if (unit.kind === 'test' && !bench.flags.has(unit.key)) return;
  const { file, path, previous } = unit;
  if (!bench.isNew(unit)) {
    if (previous === undefined) return;
    const frozen = unit.changed || bench.units.held.has(unit.id);
    files.set(previous.path, { ...previous, frozen });
  } else if (file !== undefined) files.set(path, { path, blob: file.blob, frozen: false });
}
