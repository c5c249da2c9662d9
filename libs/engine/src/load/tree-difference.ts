import type { SourceFile } from '../model/index.js';

type Entry = Pick<SourceFile, 'path' | 'blob' | 'entry'>;

/** Files that are new or not as they were, and paths that are gone. */
export interface TreeDifference<File extends Entry> {
  readonly differing: readonly File[];
  readonly gone: ReadonlySet<string>;
}

/**
 * What turns one list of files into another. Lists with the same paths in the same order, as most commits leave them,
 * are compared side by side without building anything. Undefined where a path occurs twice in the second.
 *
 * @param before no path occurs twice.
 */
export function treeDifference<File extends Entry>(
  before: readonly File[],
  after: readonly File[],
): TreeDifference<File> | undefined {
  const isBesideIts = ({ path }: File, index: number) => before[index]?.path === path;
  if (before.length === after.length && after.every(isBesideIts))
    return { differing: after.filter((file, index) => !isSame(file, before[index])), gone: new Set() };
  const known = new Map(before.map((file) => [file.path, file]));
  const paths = new Set(after.map(({ path }) => path));
  if (paths.size !== after.length) return undefined;
  const differing = after.filter((file) => !isSame(file, known.get(file.path)));
  return { differing, gone: new Set([...known.keys()].filter((path) => !paths.has(path))) };
}

function isSame(file: Entry, known: Entry | undefined): boolean {
  return known?.blob === file.blob && known.entry === file.entry;
}
