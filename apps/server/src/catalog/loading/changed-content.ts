import type { Snapshot } from '@guidon/engine/model';

/** A flag is made of its own file and the project; with both unchanged it is the same, whoever made the object. */
export function changedFlags(before: Snapshot | undefined, after: Snapshot) {
  const sameProject = before !== undefined && sameFile(before, after, 'guidon.yaml');
  const set = [...after.flags].filter(([key, flag]) => {
    const known = before?.flags.get(key);
    if (known === undefined || before === undefined) return true;
    return known !== flag && !(sameProject && known.path === flag.path && sameFile(before, after, flag.path));
  });
  const removed = [...(before?.flags.keys() ?? [])].filter((key) => !after.flags.has(key));
  return { set, removed };
}

function sameFile(before: Snapshot, after: Snapshot, path: string): boolean {
  const blob = after.files.get(path)?.blob;
  return blob !== undefined && blob === before.files.get(path)?.blob;
}

/** File versions that come or go, by path. */
export function changedFiles(before: Snapshot | undefined, after: Snapshot): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const { path, blob } of after.files.values())
    if (before?.files.get(path)?.blob !== blob) files.set(path, blob);
  for (const path of before?.files.keys() ?? []) if (!after.files.has(path)) files.set(path, undefined);
  return files;
}
