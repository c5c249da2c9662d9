import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../cli-error.js';

/** Puts a new content in place of the one that was read, whole or not at all, with the file's mode kept. */
export function replaceFile(path: string, change: { from: Uint8Array; to: string; id: string }): void {
  const temporary = join(dirname(path), `.${basename(path)}.${change.id}.tmp`);
  try {
    writeFileSync(temporary, change.to, { flag: 'wx' });
    chmodSync(temporary, statSync(path).mode & 0o7777);
    // An editor may have saved meanwhile; what a person wrote is never overwritten.
    if (!readFileSync(path).equals(change.from))
      throw new CliError(`${path} was changed by somebody else meanwhile; nothing was written to it.`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error instanceof CliError ? error : whyUnwritten(path, error);
  }
}

/** Writes a file that must not be there yet, with the folders above it. */
export function createFile(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw whyUnwritten(path, error);
  }
}

function whyUnwritten(path: string, error: unknown): CliError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return new CliError(`${path} is there already; nothing was written over it.`);
  const reason = error instanceof Error ? error.message : 'unknown cause';
  return new CliError(`${path} cannot be written: ${reason}`, { code: 'not-written' });
}
