import type { TreeEntry } from './mirror-types.js';

/** Reads the output of `ls-tree -r -l`; paths lose the folder in front. */
export function parseTree(output: string, folder: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const prefix = folder === '' ? '' : `${folder}/`;
  for (const record of output.split('\n')) {
    if (record === '') continue;
    const tab = record.indexOf('\t');
    const [mode, , blob, size] = record.slice(0, tab).split(/ +/) as [string, string, string, string];
    const path = unquote(record.slice(tab + 1));
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

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['"', 34],
  ['\\', 92],
]);

/**
 * A name with anything but printable ASCII in it comes quoted (https://git-scm.com/docs/git-config, core.quotePath). It is
 * decoded, unless its bytes are no UTF-8 or hold a control character: then it stays escaped, so that two such names never
 * look the same and none moves a cursor.
 */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const escaped = name.slice(1, -1);
  const bytes: number[] = [];
  for (const [piece, octal, letter] of escaped.matchAll(/\\([0-3][0-7]{2})|\\(.)|[^\\]+/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) bytes.push(ESCAPES.get(letter) ?? letter.charCodeAt(0));
    else bytes.push(...Buffer.from(piece, 'latin1'));
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    return /\p{Cc}/u.test(text) ? escaped : text;
  } catch {
    return escaped;
  }
}

/** File modes that a tree can hold: https://git-scm.com/docs/git-fast-import#_filemodify */
function entryOf(mode: string): TreeEntry['entry'] {
  if (mode === '100755') return 'executable';
  if (mode === '120000') return 'symlink';
  if (mode === '160000') return 'submodule';
  return 'file';
}
