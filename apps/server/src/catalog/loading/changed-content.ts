import type { Flag, Snapshot } from '@guidon/engine/model';

/**
 * A flag is made of its own file and the project; with both unchanged it is the same, whoever made the object.
 *
 * @param touched keys of all that can differ; absent: any can.
 */
export function changedFlags(before: Snapshot | undefined, after: Snapshot, touched?: readonly string[]) {
  const sameProject = before !== undefined && sameFile(before, after, 'guidon.yaml');
  const set: [string, Flag][] = [];
  for (const key of touched ?? after.flags.keys()) {
    const [known, flag] = [before?.flags.get(key), after.flags.get(key)];
    if (flag === undefined || known === flag) continue;
    const isSame = known && sameProject && known.path === flag.path && sameFile(before, after, flag.path);
    if (!isSame) set.push([key, flag]);
  }
  return { set, removed: goneKeys(before?.flags, after.flags, touched) };
}

function sameFile(before: Snapshot, after: Snapshot, path: string): boolean {
  const blob = after.files.get(path)?.blob;
  return blob !== undefined && blob === before.files.get(path)?.blob;
}

/**
 * File versions that come or go, by path.
 *
 * @param touched paths of all that can differ; absent: any can.
 */
export function changedFiles(
  before: Snapshot | undefined,
  after: Snapshot,
  touched?: readonly string[],
): Map<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  for (const path of touched ?? after.files.keys()) {
    const blob = after.files.get(path)?.blob;
    if (blob !== undefined && before?.files.get(path)?.blob !== blob) files.set(path, blob);
  }
  for (const path of goneKeys(before?.files, after.files, touched)) files.set(path, undefined);
  return files;
}

type Entries = ReadonlyMap<string, unknown>;

function goneKeys(before: Entries | undefined, after: Entries, touched?: readonly string[]): string[] {
  const known = touched?.filter((key) => before?.has(key)) ?? [...(before?.keys() ?? [])];
  return known.filter((key) => !after.has(key));
}
