import type { TreeEntry } from '@guidon/git';
import type { Skipped } from './build-change.js';

export interface EarlierFiles {
  /** Files whose content has to be exchanged: where they are and the blob of the earlier content. */
  readonly differing: readonly { readonly path: string; readonly blob: string }[];
  /** What a person has to do, since no content can be exchanged there. */
  readonly skipped: readonly Skipped[];
}

const CAME =
  'It came after that commit and stays: Guidon deletes no file, and a flag that is not archived may not be deleted.';
const WENT = 'It went after that commit and is not brought back: Guidon adds no file.';
const IRREGULAR = 'It is no regular file at one of the two commits.';

/** What it takes to have the earlier content again, from the files at that commit and those at the head. */
export function earlierFiles(then: readonly TreeEntry[], now: readonly TreeEntry[]): EarlierFiles {
  const before = new Map(then.map((entry) => [entry.path, entry]));
  const after = new Map(now.map((entry) => [entry.path, entry]));
  const differing: { path: string; blob: string }[] = [];
  const skipped: Skipped[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, present] = [before.get(path), after.get(path)];
    if (old?.blob === present?.blob) continue;
    if (old === undefined) skipped.push({ flag: path, why: CAME });
    else if (present === undefined) skipped.push({ flag: path, why: WENT });
    else if (!isRegular(old) || !isRegular(present)) skipped.push({ flag: path, why: IRREGULAR });
    else differing.push({ path, blob: old.blob });
  }
  return { differing, skipped };
}

function isRegular({ entry }: TreeEntry): boolean {
  return entry === 'file' || entry === 'executable';
}
