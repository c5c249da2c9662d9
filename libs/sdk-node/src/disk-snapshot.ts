import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, SnapshotStorage } from '@guidon/sdk-core';

/** What a snapshot belongs to: each combination has a file of its own. */
export interface SnapshotIdentity {
  readonly url: string;
  readonly keyId: string;
  readonly environment: string | undefined;
}

const MAGIC = 'guidon-snapshot-1';
const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Opens the snapshot file in a folder that only we can write to; `undefined`, with one warning, when the folder cannot
 * be trusted or used, because whoever can write there decides what the application serves.
 */
export function openDiskSnapshot(
  folder: string,
  identity: SnapshotIdentity,
  log: Log,
): SnapshotStorage | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const problem = whyUntrusted(folder);
    if (problem === undefined) return new DiskSnapshot(folder, identity, log);
    log.warn(`The data folder ${folder} ${problem}; values are kept in memory only.`);
  } catch (error) {
    log.warn(`The data folder ${folder} cannot be used (${String(error)}); values are kept in memory only.`);
  }
  return undefined;
}

function whyUntrusted(folder: string): string | undefined {
  const stat = lstatSync(folder);
  if (!stat.isDirectory()) return 'is not a folder';
  const uid = process.getuid?.();
  // Systems without user ids have no modes either.
  if (uid === undefined) return undefined;
  if (stat.uid !== uid) return `belongs to user ${stat.uid} and not to us (${uid})`;
  return (stat.mode & 0o077) === 0 ? undefined : 'is open to other users (chmod 700 mends that)';
}

/** A temporary file that nobody has touched for so long has nobody who writes it. */
const ABANDONED_MS = 60_000;

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Renamed, never made, or its folder is gone.
  }
}

/**
 * One file: a line with a magic word, the identity and a checksum of the rest, then the rest. Written to another name in
 * the same folder, flushed, and renamed, so that a reader sees the old text or the new one and nothing between.
 */
class DiskSnapshot implements SnapshotStorage {
  readonly #folder: string;
  readonly #name: string;
  readonly #identity: string;
  readonly #log: Log;
  #next: string | undefined;
  #writing = false;
  #closed = false;
  #warned = false;
  #inFlight: string | undefined;

  constructor(folder: string, identity: SnapshotIdentity, log: Log) {
    this.#folder = folder;
    this.#identity = digest(JSON.stringify([identity.url, identity.keyId, identity.environment ?? null]));
    this.#name = join(folder, `${this.#identity.slice(0, 32)}.snapshot`);
    this.#log = log;
    this.#removeAbandoned();
  }

  read(): string | undefined {
    let text: string;
    try {
      const file = openSync(this.#name, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        text = readFileSync(file, 'utf8');
      } finally {
        closeSync(file);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#warn('cannot be read', error);
      return undefined;
    }
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (end !== -1 && text.slice(0, end) === this.#head(body)) return body;
    this.#warn('is damaged or not ours and is not used', undefined);
    return undefined;
  }

  write(text: string): void {
    this.#next = text;
    if (this.#writing || this.#closed) return;
    this.#writing = true;
    void this.#writeAll().finally(() => {
      this.#writing = false;
    });
  }

  writeNow(text: string): void {
    // From here on a write that is under way must not rename its older text over this one.
    this.#closed = true;
    if (this.#inFlight !== undefined) remove(this.#inFlight);
    const temporary = this.#temporary();
    try {
      const file = openSync(temporary, 'wx', 0o600);
      try {
        writeFileSync(file, `${this.#head(text)}\n${text}`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(temporary, this.#name);
    } catch (error) {
      this.#warn('cannot be written', error);
      remove(temporary);
    }
  }

  async #writeAll(): Promise<void> {
    while (this.#next !== undefined && !this.#closed) {
      const text = this.#next;
      this.#next = undefined;
      const temporary = this.#temporary();
      this.#inFlight = temporary;
      try {
        const file = await open(temporary, 'wx', 0o600);
        try {
          await file.writeFile(`${this.#head(text)}\n${text}`);
          await file.sync();
        } finally {
          await file.close();
        }
        if (!this.#closed) renameSync(temporary, this.#name);
      } catch (error) {
        this.#warn('cannot be written', error);
        remove(temporary);
      }
      if (this.#closed) remove(temporary);
    }
  }

  /** What a process left behind that ended while it wrote. Younger ones may be another process's work in progress. */
  #removeAbandoned(): void {
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      if (!path.startsWith(this.#name) || !path.endsWith('.tmp')) continue;
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && Date.now() - stat.mtimeMs >= ABANDONED_MS) remove(path);
    }
  }

  #head(body: string): string {
    return `${MAGIC} ${this.#identity} ${digest(body)}`;
  }

  #temporary(): string {
    // Not the process id: containers that share a folder are all number 1.
    return `${this.#name}.${randomUUID()}.tmp`;
  }

  #warn(what: string, error: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#log.warn(
      `The snapshot in ${this.#folder} ${what}${error === undefined ? '' : ` (${String(error)})`}.`,
    );
  }
}
