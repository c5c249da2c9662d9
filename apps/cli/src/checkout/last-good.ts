import { type DocumentCache, load, placeOf } from '@guidon/engine/load';
import type { Snapshot, SourceFile } from '@guidon/engine/model';
import type { Checkout, FolderChange } from '@guidon/git';

/** What a server that had followed the branch would serve at a commit where some files are refused. */
export interface LastGood {
  /** Absent: there never was a usable project file. */
  readonly snapshot: Snapshot | undefined;
  /** `path:blob` of versions that were refused whenever they were looked at, so they were never live. */
  readonly refused: ReadonlySet<string>;
  /** Refused files that stand at an earlier version, with the commit that brought it where it is known. */
  readonly kept: readonly { readonly path: string; readonly commit: string | undefined }[];
}

/** Of so many newest commits that touched a refused file each state is judged; what lies before counts as one state. */
const MOST_COMMITS = 50;

export interface LastGoodOptions {
  readonly checkout: Checkout;
  /** The files at the commit. */
  readonly files: readonly SourceFile[];
  /** What each commit up to it changed, oldest first. */
  readonly changes: readonly FolderChange[];
  readonly nowMs: number;
  readonly cache: DocumentCache;
}

/**
 * Goes through the history of the files that are refused at a commit, and of no others, as a server would have: a version
 * that is refused leaves the one before it in force. Without refused files it is a single load.
 */
export async function readLastGood(options: LastGoodOptions): Promise<LastGood> {
  const { files, nowMs, cache } = options;
  const bare = load({ files, nowMs, cache });
  const hasProject = files.some(({ path }) => path === 'guidon.yaml');
  // What defines nothing, as a file with a strange name, has no version to go back to.
  const defining = bare.frozen.filter((path) => 'key' in placeOf(path));
  if (defining.length === 0 || !hasProject) return { snapshot: bare.snapshot, refused: new Set(), kept: [] };
  // Without its project every file is refused, so the project comes first.
  const first = bare.snapshot === undefined ? ['guidon.yaml'] : defining;
  const found = await replayed(options, new Set(first.map(unitOf)));
  const others = found.frozen.filter((path) => !first.includes(path) && 'key' in placeOf(path));
  if (others.length === 0) return found;
  return replayed(options, new Set([...first, ...others].map(unitOf)));
}

async function replayed(
  { checkout, files, changes, nowMs, cache }: LastGoodOptions,
  units: ReadonlySet<string>,
): Promise<LastGood & { readonly frozen: readonly string[] }> {
  const steps = stepsOf(changes.filter(({ path }) => units.has(unitOf(path))));
  const texts = await checkout.readBlobs(
    steps.flatMap((step) => step.flatMap(({ before, after }) => [before ?? [], after ?? []].flat())),
  );
  const others = files.filter(({ path }) => !units.has(unitOf(path)));
  const ends = new Map(files.map((file) => [file.path, file]));
  const stages = stagesOf(steps).map((stage) => [
    ...others,
    ...[...stage].flatMap(([path, blob]): SourceFile[] => {
      const bytes = texts.get(blob);
      return bytes === undefined ? [] : [{ path, blob, entry: ends.get(path)?.entry ?? 'file', bytes }];
    }),
  ]);
  const all = [...stages, files];
  // No transition is judged here: what was merged was merged, and only what cannot be used was never live.
  const liveBefore = new Set(all.flatMap((stage) => stage.map(versionOf)));
  const [refused, live] = [new Set<string>(), new Set<string>()];
  let snapshot: Snapshot | undefined;
  let frozen: readonly string[] = [];
  for (const stage of all) {
    const result = load({
      ...{ files: stage, nowMs, cache, liveBefore },
      ...(snapshot === undefined ? {} : { previous: snapshot }),
    });
    ({ snapshot, frozen } = result);
    const held = new Set(frozen);
    for (const file of stage)
      if (units.has(unitOf(file.path))) (held.has(file.path) ? refused : live).add(versionOf(file));
  }
  return {
    ...{ snapshot, frozen },
    refused: new Set([...refused].filter((version) => !live.has(version))),
    kept: keptIn(snapshot, steps),
  };
}

function keptIn(
  snapshot: Snapshot | undefined,
  steps: readonly (readonly FolderChange[])[],
): LastGood['kept'] {
  const changes = steps.flat();
  return [...(snapshot?.files.values() ?? [])].flatMap(({ path, blob, frozen }) => {
    if (!frozen) return [];
    const commit = changes.findLast((one) => one.path === path && one.after === blob)?.commit;
    return [{ path, commit }];
  });
}

/** Changes of one commit together, oldest first. */
function stepsOf(changes: readonly FolderChange[]): FolderChange[][] {
  const steps = new Map<string, FolderChange[]>();
  for (const change of changes) {
    const known = steps.get(change.commit);
    if (known === undefined) steps.set(change.commit, [change]);
    else known.push(change);
  }
  return [...steps.values()].slice(-MOST_COMMITS);
}

/** Which blob lay at which path before the first step and after each. */
function stagesOf(steps: readonly (readonly FolderChange[])[]): ReadonlyMap<string, string>[] {
  const now = new Map<string, string>();
  const seen = new Set<string>();
  for (const { path, before } of steps.flat()) {
    if (!seen.has(path) && before !== undefined) now.set(path, before);
    seen.add(path);
  }
  const stages = [new Map(now)];
  for (const step of steps) {
    for (const { path, after } of step) {
      if (after === undefined) now.delete(path);
      else now.set(path, after);
    }
    stages.push(new Map(now));
  }
  return stages;
}

/** A flag and its tests are refused together, in whatever folder they lie. */
function unitOf(path: string): string {
  const place = placeOf(path);
  if (!('key' in place)) return path;
  return `${place.kind === 'test' ? 'flag' : place.kind}:${place.key.toLowerCase()}`;
}

function versionOf({ path, blob }: SourceFile): string {
  return `${path}:${blob}`;
}
