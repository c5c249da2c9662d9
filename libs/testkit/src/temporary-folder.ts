import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEndOfFile } from './end-of-file.js';

/** A new empty folder, removed when the spec file ends. The path has no symbolic links in it, since Git compares real paths. */
export async function temporaryFolder(name = 'guidon'): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `${name}-`)));
  // Retries, because a server that was just told to stop may still be writing its last file.
  atEndOfFile(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
}
