import type { Flag, Snapshot } from '@guidon/engine/model';

/** A flag is made of its own file and the project; with both unchanged it is the same, whoever made the object. */
export function changedFlags(before: Snapshot | undefined, after: Snapshot) {
  const sameProject = before !== undefined && sameFile(before, after, 'guidon.yaml');
  const set: [string, Flag][] = [];
  for (const [key, flag] of after.flags) {
    const known = before?.flags.get(key);
    // Most are the same object, which needs no further look.
    if (known === flag) continue;
    const isSame = known && sameProject && known.path === flag.path && sameFile(before, after, flag.path);
    if (!isSame) set.push([key, flag]);
  }
  return { set, removed: goneKeys(before?.flags, after.flags) };
}

function sameFile(before: Snapshot, after: Snapshot, path: string): boolean {
  const blob = after.files.get(path)?.blob;
  return blob !== undefined && blob === before.files.get(path)?.blob;
}

/** File versions that come or go, by path. */
export function changedFiles(before: Snapshot | undefined, after: Snapshot): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const [path, file] of after.files) {
    const known = before?.files.get(path);
    if (known !== file && known?.blob !== file.blob) files.set(path, file.blob);
  }
  for (const path of goneKeys(before?.files, after.files)) files.set(path, undefined);
  return files;
}

function goneKeys(
  before: ReadonlyMap<string, unknown> | undefined,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const gone: string[] = [];
  for (const key of before?.keys() ?? []) if (!after.has(key)) gone.push(key);
  return gone;
}
