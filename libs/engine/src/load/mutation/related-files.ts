import type { Snapshot, SourceFile } from '../../model/index.js';
import { referencesOfFlag } from '../kept-model.js';

/**
 * The files that an edit of one flag or of its tests can concern: the flags that it is bound to by requirements,
 * `flag` conditions and pinned test variants, in either direction and through others, and what all flags share. The
 * other flags cannot notice the edit, so leaving them out makes judging many edits quicker and changes no judgement
 * (a test compares the two).
 */
export function relatedFiles(
  files: readonly SourceFile[],
  snapshot: Snapshot,
  path: string,
): readonly SourceFile[] {
  const key = keyOf(path);
  if (!snapshot.flags.has(key)) return files;
  const neighbours = neighboursOf(snapshot);
  const related = new Set([key]);
  // A set may grow while it is walked: what is added is visited too.
  for (const next of related) for (const other of neighbours.get(next) ?? []) related.add(other);
  return files.filter((file) => related.has(keyOf(file.path)) || !snapshot.flags.has(keyOf(file.path)));
}

function neighboursOf(snapshot: Snapshot): ReadonlyMap<string, ReadonlySet<string>> {
  const neighbours = new Map<string, Set<string>>();
  const join = (from: string, to: string) => {
    neighbours.set(from, (neighbours.get(from) ?? new Set()).add(to));
    neighbours.set(to, (neighbours.get(to) ?? new Set()).add(from));
  };
  for (const flag of snapshot.flags.values()) {
    for (const reference of referencesOfFlag(flag)) {
      if (reference.to === 'flag') join(flag.key, reference.key);
    }
  }
  for (const [key, { cases }] of snapshot.tests) {
    for (const test of cases) for (const pinned of test.flags.keys()) join(key, pinned);
  }
  return neighbours;
}

/** The flag that a flag file or a test file belongs to; for other files a text that is no flag's key. */
function keyOf(path: string): string {
  if (path === 'guidon.yaml' || path.startsWith('segments/')) return path;
  return path.replace(/^.*\//, '').replace(/(\.test)?\.yaml$/, '');
}
