import { diffSnapshots, type FlagChange } from '@guidon/engine/diff';
import type { Snapshot } from '@guidon/engine/model';

/** What an audit entry says of the flags that a revision changes. */
export interface ChangesDescribed {
  readonly flags: readonly {
    readonly flag: string;
    readonly changes: readonly { readonly kind: FlagChange['kind']; readonly environment?: string }[];
    /** How many more changes of this flag there are. */
    readonly more?: number;
  }[];
  readonly flagCount: number;
  /** The first paths, relative to the flags folder; which blob was live before is known under the lock. */
  readonly paths: readonly string[];
  readonly fileCount: number;
}

export const NO_CHANGES: ChangesDescribed = { flags: [], flagCount: 0, paths: [], fileCount: 0 };

const MOST_NAMED = 50;
const MOST_CHANGES = 20;

/**
 * Which flags a revision's files make say something else, and in which way. Comparing ten thousand of them would hold up
 * whoever is served meanwhile, so the first ones are compared and all are counted. Flags that change by a segment alone
 * are told by the segment's file.
 */
export function describeChanges(
  before: Snapshot | undefined,
  after: Snapshot,
  files: ReadonlyMap<string, string | undefined>,
): ChangesDescribed {
  const paths = [...files.keys()].sort();
  const keys = [...new Set(paths.flatMap(flagOf))].sort();
  const named = keys.slice(0, MOST_NAMED);
  const changes = diffSnapshots(only(before ?? { ...after, flags: new Map() }, named), only(after, named));
  return {
    flags: named.map((flag) => told(flag, changes)),
    flagCount: keys.length,
    paths: paths.slice(0, MOST_NAMED),
    fileCount: paths.length,
  };
}

/** A flag's key is its file's name; tests, segments and the project file are no flags. */
function flagOf(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!name.endsWith('.yaml') || name.endsWith('.test.yaml') || name === 'guidon.yaml') return [];
  return path.startsWith('segments/') ? [] : [name.slice(0, -'.yaml'.length)];
}

function told(flag: string, all: readonly FlagChange[]): ChangesDescribed['flags'][number] {
  const own = all.filter((change) => change.flag === flag);
  const changes = own.slice(0, MOST_CHANGES).map((change) => ({
    kind: change.kind,
    ...('environment' in change ? { environment: change.environment } : {}),
  }));
  const more = own.length - changes.length;
  return { flag, changes, ...(more === 0 ? {} : { more }) };
}

function only(snapshot: Snapshot, keys: readonly string[]): Snapshot {
  const flags = keys.flatMap((key) => {
    const flag = snapshot.flags.get(key);
    return flag === undefined ? [] : [[key, flag] as const];
  });
  return { ...snapshot, flags: new Map(flags) };
}
