import { GitError } from '@guidon/git';
import { type BuiltChange, digestOf, type Skipped } from './build-change.js';
import { earlierFiles } from './earlier-files.js';
import type { Look } from './look.js';
import { decodeText } from './read-sources.js';

/** The files below the flags folder as they were at a commit; what came since stays. */
export async function buildEarlier(
  commit: string,
  { writer, head, folder }: Pick<Look, 'writer' | 'head' | 'folder'>,
): Promise<BuiltChange> {
  const then = await readEarlier(writer, commit, folder);
  if (then === undefined) return { kind: 'conflict', why: `${commit.slice(0, 12)}: ${LOST}` };
  const { differing, skipped } = earlierFiles(then, await writer.readTree(head, folder));
  const blobs = await writer.readBlobs(differing.map(({ blob }) => blob));
  const files = new Map<string, string>();
  const added = new Set<string>();
  const odd: Skipped[] = [];
  for (const { path, blob, isGone } of differing) {
    const full = folder === '' ? path : `${folder}/${path}`;
    const text = decodeText(blobs.get(blob));
    if (text === undefined) odd.push({ flag: path, why: 'It is no UTF-8 there.' });
    else files.set(full, text);
    if (isGone && text !== undefined) added.add(full);
  }
  return builtOf({ files, added }, [...odd, ...skipped]);
}

const LOST = 'The commit is not among those that the remote still gives, so the files cannot be read there.';

/** `undefined` when the history was rewritten so that the commit is not there any more. */
async function readEarlier(writer: Look['writer'], commit: string, folder: string) {
  try {
    return await writer.readTree(commit, folder);
  } catch (error) {
    // Of what else may go wrong with Git nothing follows for the commit; that is tried again.
    if (error instanceof GitError && /not a tree object|bad object/i.test(error.message)) return undefined;
    throw error;
  }
}

function builtOf(
  { files, added }: { files: ReadonlyMap<string, string>; added: ReadonlySet<string> },
  skipped: readonly Skipped[],
): BuiltChange {
  if (files.size > 0) {
    const changed = [...files.keys()];
    return { kind: 'change', files, added, changed, skipped, lostComments: [], digest: digestOf(files) };
  }
  const [first] = skipped;
  if (first === undefined) return { kind: 'done' };
  const others = skipped.length === 1 ? '' : `, as for ${skipped.length - 1} more`;
  return {
    kind: 'done',
    why: `The tracked branch has every file of that commit as far as it can be brought back. By hand${others}: ${first.flag}. ${first.why}`,
  };
}
