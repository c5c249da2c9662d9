import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';

/** Where records lie, and whom they belong to. */
export interface Place {
  readonly folder: string;
  /** 64 hexadecimal digits. */
  readonly identity: string;
  /** Tells people, the first time aloud. */
  warn(what: string, error?: unknown): void;
}

export const digest = (text: string) => createHash('sha256').update(text).digest('hex');

const MAGIC = 'guidon-record-2';
const OLD_MAGIC = 'guidon-snapshot-1';

/** A line with a magic word, the identity and a checksum of kind and text, then the text. */
export function seal(place: Place, kind: string, text: string): string {
  return `${MAGIC} ${place.identity} ${digest(`${kind}\n${text}`)}\n${text}`;
}

/** The text of a sealed record; `damaged` if it is not as it was written, `foreign` if another release wrote it. */
export function unseal(place: Place, kind: string, sealed: string): { text: string } | 'damaged' | 'foreign' {
  const end = sealed.indexOf('\n');
  const text = sealed.slice(end + 1);
  const head = sealed.slice(0, Math.max(0, end));
  if (kind === 'snapshot') {
    return head === `${OLD_MAGIC} ${place.identity} ${digest(text)}` ? { text } : 'damaged';
  }
  if (`${head}\n${text}` === seal(place, kind, text)) return { text };
  return /^guidon-record-\d+ /.test(head) && !head.startsWith(`${MAGIC} `) ? 'foreign' : 'damaged';
}

/** What is in a file, if it is one; a link is not followed. */
export function readWhole(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Renamed, never made, or its folder is gone.
  }
}

/** Another name in the same folder. Not the process id: containers that share a folder are all number 1. */
export const temporaryName = (path: string) => `${path}.${randomUUID()}.tmp`;

/** Writes to another name, flushes and renames, so that a reader sees the old text or the new one and nothing between. */
export function replaceNow(path: string, sealed: string): void {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, sealed);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
}

/** Sees to it that renames last before anything is removed for them. */
export function flushFolderNow(folder: string): void {
  try {
    const file = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    // Some systems open no folders; theirs flush renames in their order.
  }
}
