import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS, type SourceFile } from '@guidon/engine/model';

/** What operating systems leave in folders and Git does not carry. */
const LITTER: ReadonlySet<string> = new Set(['.git', '.DS_Store', 'Thumbs.db']);

/** Every file below the flags folder as it lies on the disk, committed or not, in path order. */
export function readFlagsFolder(folder: string): SourceFile[] {
  const files: SourceFile[] = [];
  collect(folder, '', files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function collect(folder: string, prefix: string, into: SourceFile[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (LITTER.has(entry.name)) continue;
    const path = prefix + entry.name;
    const full = join(folder, entry.name);
    if (entry.isDirectory()) collect(full, `${path}/`, into);
    else into.push(readEntry(full, path, entry.isFile()));
  }
}

function readEntry(full: string, path: string, regular: boolean): SourceFile {
  if (!regular) return { path, blob: gitBlobId(new Uint8Array()), bytes: new Uint8Array(), entry: 'symlink' };
  const bytes = readBounded(full);
  const executable = (lstatSync(full).mode & 0o111) !== 0 && process.platform !== 'win32';
  return { path, blob: gitBlobId(bytes), bytes, entry: executable ? 'executable' : 'file' };
}

/** One byte more than the limit is enough for `load` to refuse the file; the rest is never read. */
function readBounded(full: string): Uint8Array {
  const size = Math.min(lstatSync(full).size, LIMITS.fileBytes + 1);
  const bytes = new Uint8Array(size);
  const handle = openSync(full, 'r');
  try {
    let filled = 0;
    while (filled < size) {
      const read = readSync(handle, bytes, filled, size - filled, filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(handle);
  }
}

/** The id that Git would give to this content (SHA-1 repositories), so that messages can be compared with `git`. */
function gitBlobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
