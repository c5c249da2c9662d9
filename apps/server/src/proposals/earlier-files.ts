import type { TreeEntry } from '@guidon/git';
import type { Skipped } from './build-change.js';

export interface EarlierFiles {
  /** Files that have to get the content of an earlier blob; `isGone` where the head has none. */
  readonly differing: readonly { readonly path: string; readonly blob: string; readonly isGone: boolean }[];
  /** What is left to a person, and why. */
  readonly skipped: readonly Skipped[];
}

const CAME =
  'It came after that commit and stays: Guidon deletes no file, and a flag that is not archived may not be deleted.';
const IRREGULAR = 'It is no regular file at one of the two commits.';

/** What it takes to have the earlier content again, from the files at that commit and those at the head. */
export function earlierFiles(then: readonly TreeEntry[], now: readonly TreeEntry[]): EarlierFiles {
  const before = new Map(then.map((entry) => [entry.path, entry]));
  const after = new Map(now.map((entry) => [entry.path, entry]));
  const whyGone = obstacles(now);
  const differing: { path: string; blob: string; isGone: boolean }[] = [];
  const skipped: Skipped[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, present] = [before.get(path), after.get(path)];
    if (old?.blob === present?.blob) continue;
    const why =
      whyNot(old) ?? (present === undefined ? whyGone(path) : isRegular(present) ? undefined : IRREGULAR);
    if (old === undefined || why !== undefined) skipped.push({ flag: path, why: why ?? CAME });
    else differing.push({ path, blob: old.blob, isGone: present === undefined });
  }
  return { differing, skipped };
}

function whyNot(old: TreeEntry | undefined): string | undefined {
  if (old === undefined) return CAME;
  // A name that Git had to escape is not the file's name.
  return isRegular(old) && !old.path.includes('\\') ? undefined : IRREGULAR;
}

/** Why a file that went cannot come back: what it is about has moved, or its place is taken. */
function obstacles(now: readonly TreeEntry[]): (path: string) => string | undefined {
  const byName = new Map(now.map(({ path }) => [nameOf(path), path]));
  const taken = new Set(now.flatMap(({ path }) => [path, ...foldersOf(path)]));
  const files = new Set(now.map(({ path }) => path));
  return (path) => {
    const moved = byName.get(nameOf(path));
    if (moved !== undefined) return `A file of that name is elsewhere now: ${moved}.`;
    const inTheWay = taken.has(path) || foldersOf(path).some((folder) => files.has(folder));
    return inTheWay ? 'Something else has its place now.' : undefined;
  };
}

/** Keys are told apart without regard to case. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

function isRegular({ entry }: TreeEntry): boolean {
  return entry === 'file' || entry === 'executable';
}
