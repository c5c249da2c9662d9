import type { Flag, SourceFile } from '@guidon/engine/model';
import type { Sides } from './change-words.js';

/**
 * The flag whose file a new one is, under another name: the same content, and the old file is gone. Git keeps no renames
 * either; equal content is what its own guess begins with.
 */
export function renamedFrom(flag: Flag, { before }: Sides, files: readonly SourceFile[]): Flag | undefined {
  const blob = files.find(({ path }) => path === flag.path)?.blob;
  const present = new Set(files.map(({ path }) => path));
  return [...before.flags.values()].find(
    ({ path }) => !present.has(path) && before.files.get(path)?.blob === blob,
  );
}
