import { placeOf } from '@guidon/engine/load';
import type { SourceFile } from '@guidon/engine/model';
import { openCheckout } from '@guidon/git';

/** A key that may not be taken, and where it is or was. */
export interface TakenKey {
  readonly path: string;
  /** Only the history has it: the flag was deleted. */
  readonly deleted: boolean;
}

/**
 * Every flag key that the folder or its history has, in lower case: a key is unique regardless of case and never used
 * again (sentences 1 and 39), since forgotten code would take the new flag for the old one.
 */
export async function takenKeys(
  folder: string,
  files: readonly SourceFile[],
): Promise<ReadonlyMap<string, TakenKey>> {
  const taken = new Map<string, TakenKey>();
  for (const path of await pathsInHistory(folder)) add(taken, path, true);
  for (const { path } of files) add(taken, path, false);
  return taken;
}

function add(taken: Map<string, TakenKey>, path: string, deleted: boolean): void {
  const place = placeOf(path);
  if (place.kind === 'flag') taken.set(place.key.toLowerCase(), { path, deleted });
}

/** Of this branch and of the default one, which may have had flags in the meantime. */
async function pathsInHistory(folder: string): Promise<string[]> {
  const checkout = await openCheckout(folder);
  if (checkout === undefined) return [];
  const paths: string[] = [];
  for (const ref of ['HEAD', 'refs/remotes/origin/HEAD']) {
    const commit = await checkout.resolve(ref);
    if (commit === undefined) continue;
    for (const version of await checkout.versionsUpTo(commit))
      paths.push(version.slice(0, version.lastIndexOf(':')));
  }
  return paths;
}
