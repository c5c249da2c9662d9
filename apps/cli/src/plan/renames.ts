import type { Flag, SourceFile } from '@guidon/engine/model';
import type { Sides } from './change-words.js';

/** The flag whose file a new one is, under another name; undefined where it is really new. */
export type Renames = (flag: Flag) => Flag | undefined;

/**
 * A new file with the content of one that is gone is that file under another name. Git keeps no renames either; equal
 * content is what its own guess begins with.
 */
export function renamesIn({ before }: Sides, files: readonly SourceFile[]): Renames {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]));
  const gone = [...before.flags.values()].filter(({ path }) => !blobs.has(path));
  const byBlob = new Map(gone.map((flag) => [before.files.get(flag.path)?.blob, flag]));
  return ({ path }) => byBlob.get(blobs.get(path));
}
