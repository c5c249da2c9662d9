import type { BranchWriter, TreeEntry } from '@guidon/git';
import type { FlagSource, FoundSource } from './build-change.js';

/** Where flags are read. */
export interface FlagsAt {
  readonly commit: string;
  /** Folder of the flag files, without slashes around it; empty for the root. */
  readonly folder: string;
}

/** The files of some flags at a commit, by the flags' keys; their paths are those from the root of the repository. */
export async function readSources(
  writer: Pick<BranchWriter, 'readTree' | 'readBlobs'>,
  { commit, folder }: FlagsAt,
  flags: Iterable<string>,
): Promise<Map<string, FoundSource>> {
  const byName = groupByName(await writer.readTree(commit, folder));
  const found = [...flags].map((flag) => ({ flag, place: placeOf(flag, byName) }));
  const entries = found.flatMap(({ place }) => (typeof place === 'object' ? [place.flag, place.tests] : []));
  const blobs = await writer.readBlobs(entries.flatMap((entry) => (entry === undefined ? [] : [entry.blob])));
  const textOf = (entry: TreeEntry) => ({
    path: folder === '' ? entry.path : `${folder}/${entry.path}`,
    text: decodeText(blobs.get(entry.blob)),
  });
  return new Map(
    found.map(({ flag, place }) => [flag, typeof place === 'object' ? sourceOf(place, textOf) : place]),
  );
}

interface Place {
  readonly flag: TreeEntry;
  readonly tests?: TreeEntry;
}

function groupByName(entries: readonly TreeEntry[]): Map<string, TreeEntry[]> {
  const byName = new Map<string, TreeEntry[]>();
  for (const entry of entries) {
    // A segment may have the name of a flag.
    if (entry.path.startsWith('segments/') || entry.entry === 'symlink' || entry.entry === 'submodule')
      continue;
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  return byName;
}

function placeOf(flag: string, byName: ReadonlyMap<string, TreeEntry[]>): Place | string | undefined {
  const [entry, other] = byName.get(`${flag}.yaml`) ?? [];
  if (entry === undefined) return undefined;
  if (other !== undefined)
    return `Two files are about this flag, ${entry.path} and ${other.path}; take one of them out.`;
  const path = entry.path.replace(/\.yaml$/, '.test.yaml');
  const tests = byName.get(`${flag}.test.yaml`)?.find((one) => one.path === path);
  return { flag: entry, ...(tests === undefined ? {} : { tests }) };
}

function sourceOf(
  { flag, tests }: Place,
  textOf: (entry: TreeEntry) => { path: string; text: string | undefined },
): FlagSource | string {
  const files = [textOf(flag), ...(tests === undefined ? [] : [textOf(tests)])];
  const odd = files.find(({ text }) => text === undefined);
  if (odd !== undefined) return `${odd.path} is no UTF-8.`;
  const [source, test] = files as { path: string; text: string }[];
  return { flag: source!, ...(test === undefined ? {} : { tests: test }) };
}

/** A byte order mark stays, since it has to be written back. */
export function decodeText(content: Uint8Array | undefined): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
