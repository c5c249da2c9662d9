import { type LoadResult, load } from '@guidon/engine/load';
import type { Snapshot, SourceFile } from '@guidon/engine/model';
import { loadCompared } from '../checkout/load-compared.js';
import { type Comparison, readBaseline } from '../checkout/read-baseline.js';
import { readFlagsFolder } from '../checkout/read-flags-folder.js';

/** Two revisions of a flags folder, ready to compare. */
export interface Revisions {
  readonly comparison: Comparison;
  readonly files: readonly SourceFile[];
  /** What is live by the base; an empty project where there is nothing to compare with. */
  readonly before: Snapshot;
  /**
   * What the files ask for: only those that cannot be read stand at their earlier version. A change that a policy or a
   * test refuses is in it, because that is what a reader wants to see.
   */
  readonly wanted: Snapshot | undefined;
  /** What a server would make of the files, policies included. */
  readonly judged: LoadResult;
}

/** Reads the folder as it lies on the disk, and the base from its commit. */
export async function loadRevisions(
  folder: string,
  choice: string | undefined,
  nowMs: number,
): Promise<Revisions> {
  const files = readFlagsFolder(folder);
  const comparison = await readBaseline({ folder, files, choice, nowMs });
  const { input, reader } = comparison;
  const { past: _past, ...known } = input;
  const { previous } = input;
  const judged = await loadCompared({ files, nowMs, ...input }, reader);
  const wanted = load({ ...known, files: untested(files), nowMs, liveBefore: versionsOf(files) }).snapshot;
  const before = previous ?? (comparison.unchanged === true && wanted !== undefined ? wanted : empty(wanted));
  return { comparison: withSentence(comparison), files, before, wanted, judged };
}

/** A version that was live before is never refused for what it changes; so nothing is, when all count as such. */
function versionsOf(files: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(files.map(({ path, blob }) => `${path}:${blob}`));
}

/** Without the tests beside the flags: one that fails is told, and what its flag would serve is told all the same. */
function untested(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => !path.endsWith('.test.yaml'));
}

/** The sentence for a command that takes its base as an argument and compares with itself rather than with nothing. */
function withSentence(comparison: Comparison): Comparison {
  if (comparison.unchanged !== true) return comparison;
  const sentence =
    'There is nothing to compare: the files are those of HEAD, and no other branch is known. Name a commit: guidon plan HEAD~1.';
  return { ...comparison, sentence };
}

/** Where nothing was, everything is new; what is declared is taken from the files. */
function empty(wanted: Snapshot | undefined): Snapshot {
  const nothing = { segments: new Map(), flags: new Map(), tests: new Map(), files: new Map() };
  // Without a usable project there is nothing to compare at all, and nobody looks at this one.
  return { ...nothing, project: wanted?.project as Snapshot['project'] };
}
