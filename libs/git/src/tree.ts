import type { TreeEntry } from './mirror-types.js';

/** Reads the output of `ls-tree -r -z -l`; paths lose the folder in front. */
export function parseTree(output: string, folder: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const prefix = folder === '' ? '' : `${folder}/`;
  for (const record of output.split('\0')) {
    if (record === '') continue;
    const tab = record.indexOf('\t');
    const [mode, , blob, size] = record.slice(0, tab).split(/ +/) as [string, string, string, string];
    const path = record.slice(tab + 1);
    if (!path.startsWith(prefix)) continue;
    entries.push({
      path: path.slice(prefix.length),
      blob,
      entry: entryOf(mode),
      size: size === '-' ? 0 : Number(size),
    });
  }
  return entries;
}

/** File modes that a tree can hold: https://git-scm.com/docs/git-fast-import#_filemodify */
function entryOf(mode: string): TreeEntry['entry'] {
  if (mode === '100755') return 'executable';
  if (mode === '120000') return 'symlink';
  if (mode === '160000') return 'submodule';
  return 'file';
}
