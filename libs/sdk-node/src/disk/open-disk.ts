import { lstatSync, mkdirSync } from 'node:fs';
import type { Log, RecordStorage } from '@guidon/sdk-core';
import { MarkFiles } from './mark-files.js';
import { digest, type Place } from './record-file.js';
import { RecordFiles } from './record-files.js';

/** What records belong to: each combination has files of its own. */
export interface DiskIdentity {
  readonly url: string;
  readonly keyId: string;
  readonly environment: string | undefined;
}

/**
 * Opens the records in a folder that only we can write to; `undefined`, with one warning, when the folder cannot be trusted
 * or used, because whoever can write there decides what the application serves.
 */
export function openDisk(folder: string, identity: DiskIdentity, log: Log): RecordStorage | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const problem = whyUntrusted(lstatSync(folder), process.getuid?.());
    if (problem === undefined) {
      const text = JSON.stringify([identity.url, identity.keyId, identity.environment ?? null]);
      const place: Place = { folder, identity: digest(text), warn: warnOnce(folder, log) };
      return new RecordFiles(place, new MarkFiles(place));
    }
    log.warn(`The data folder ${folder} ${problem}; values are kept in memory only.`);
  } catch (error) {
    log.warn(`The data folder ${folder} cannot be used (${String(error)}); values are kept in memory only.`);
  }
  return undefined;
}

/** Why a folder must not be used by the user with this id, which systems without user ids do not have. */
export function whyUntrusted(
  stat: { readonly uid: number; readonly mode: number; isDirectory(): boolean },
  uid: number | undefined,
): string | undefined {
  if (!stat.isDirectory()) return 'is not a folder';
  // Systems without user ids have no modes either.
  if (uid === undefined) return undefined;
  if (stat.uid !== uid) return `belongs to user ${stat.uid} and not to us (${uid})`;
  return (stat.mode & 0o077) === 0 ? undefined : 'is open to other users (chmod 700 mends that)';
}

function warnOnce(folder: string, log: Log): Place['warn'] {
  let hasWarned = false;
  return (what, error) => {
    const sentence = `${what} in ${folder}${error === undefined ? '' : ` (${String(error)})`}.`;
    if (hasWarned) log.debug(sentence);
    else log.warn(sentence);
    hasWarned = true;
  };
}
