import { LIMITS, type SourceFile } from '@guidon/engine/model';
import type { Checkout } from '@guidon/git';

/** Every file of the flags folder at a commit, with its content; the work tree and the index are left alone. */
export async function readFilesAt(checkout: Checkout, commit: string): Promise<SourceFile[]> {
  const entries = await checkout.readTree(commit);
  const readable = entries.filter(({ entry, size }) => entry !== 'submodule' && size <= LIMITS.fileBytes);
  const blobs = await checkout.readBlobs(readable.map(({ blob }) => blob));
  return entries.map(({ path, blob, entry, size }) => ({
    ...{ path, blob, entry },
    // A file beyond the limit is refused by its size alone.
    bytes: blobs.get(blob) ?? new Uint8Array(Math.min(size, LIMITS.fileBytes + 1)),
  }));
}
